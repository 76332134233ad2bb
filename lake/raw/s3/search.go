package s3

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// search looks for the folders below a folder, which are places at which a long list can be divided.
type search struct {
	root
	dir   string // ends in a slash, or is the root's prefix
	state state
	cuts  []string // the folders, if it is held
	more  bool     // there are others behind them
	over  bool     // there is nothing to be looked for
}

// folders is what came of a search.
type folders struct {
	cuts []string
	more bool
}

// find asks for the folders behind the one that a key lies in.
func (l *search) find(ctx context.Context, last string) (found folders, _ error) {
	in := l.ask()
	in.Prefix, in.Delimiter = &l.dir, aws.String("/")
	if folder := l.folderOf(last); folder != "" {
		in.StartAfter = aws.String(strings.TrimSuffix(folder, "/"))
	} else if strings.HasPrefix(last, l.dir) {
		in.StartAfter = &last
	}
	out, err := l.bucket.client.ListObjectsV2(ctx, in)
	if err != nil {
		return found, err
	}
	for _, c := range out.CommonPrefixes {
		cut, err := decode(out.EncodingType, aws.ToString(c.Prefix))
		if err != nil {
			return found, err
		}
		if strings.HasPrefix(cut, l.dir) && strings.HasSuffix(cut, "/") {
			found.cuts = append(found.cuts, cut)
		}
	}
	found.more = aws.ToBool(out.IsTruncated)
	return found, nil
}

// folderOf is the folder below the search's that a key lies in, or empty.
func (l *search) folderOf(key string) string {
	rest, ok := strings.CutPrefix(key, l.dir)
	name, _, found := strings.Cut(rest, "/")
	if !ok || !found {
		return ""
	}
	return l.dir + name + "/"
}

// below is a search in the folder that a key lies in.
func (l *search) below(key string) *search {
	if folder := l.folderOf(key); folder != "" {
		return l.in(folder)
	}
	return &search{root: l.root, dir: l.dir, over: true}
}

// in is a search in another folder. Where nothing is to be looked for, nothing is.
func (l *search) in(folder string) *search {
	if l.over {
		return l
	}
	return &search{root: l.root, dir: folder}
}

// crossed is how many folders a page went through.
func (l *search) crossed(p page) (n int) {
	at := ""
	for _, o := range p.objects {
		if folder := l.folderOf(o.Key); folder != at {
			at = folder
			n++
		}
	}
	return max(1, n-1)
}
