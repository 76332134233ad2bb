package publish_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// withoutManifests is a catalog whose trash seems to hold no manifests, which the suite of all catalogs knows nothing of.
type withoutManifests struct{ catalog.Store }

func (s withoutManifests) Wasted(ctx context.Context) ([]catalog.Waste, error) {
	found, err := s.Store.Wasted(ctx)
	return files(found), err
}

// Collect gives files alone: manifests that are collected beside them are forgotten.
func (s withoutManifests) Collect(ctx context.Context, limit int) ([]catalog.Waste, error) {
	var all []catalog.Waste
	for {
		found, err := s.Store.Collect(ctx, limit)
		if err != nil {
			return nil, err
		}
		var manifests []string
		for _, w := range found {
			switch {
			case strings.HasPrefix(w.Path, "manifests/"):
				manifests = append(manifests, w.Path)
			case !slices.Contains(all, w) && len(all) < limit:
				all = append(all, w)
			}
		}
		if len(manifests) == 0 {
			slices.SortFunc(all, func(a, b catalog.Waste) int { return strings.Compare(a.Path, b.Path) })
			return all, nil
		}
		if err := s.Forget(ctx, manifests); err != nil {
			return nil, err
		}
	}
}

func files(found []catalog.Waste) []catalog.Waste {
	return slices.DeleteFunc(found, func(w catalog.Waste) bool { return strings.HasPrefix(w.Path, "manifests/") })
}

// putting is a lake in which something happens once, before the first manifest is put.
type putting struct {
	*s3http.Memory
	once      *sync.Once
	meanwhile func()
}

func (p putting) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	p.once.Do(p.meanwhile)
	return p.Memory.Put(ctx, key, body)
}

// foreign is a table of somebody else's.
func foreign(name string) *types.TableInput {
	return &types.TableInput{Name: &name, PartitionKeys: []types.Column{{Name: aws.String("day"), Type: aws.String("string")}},
		StorageDescriptor: &types.StorageDescriptor{}}
}
