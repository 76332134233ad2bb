package retain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// lookedInto is how many files of a day are asked, the largest first, whether they have an account.
const lookedInto = 20

// Accountless are those of the tables whose events have no account, as far as their newest day tells: a hold of an account
// keeps nothing of them.
func (k *Keeper) Accountless(ctx context.Context, tables []catalog.Table) ([]string, error) {
	found := []string{}
	for _, t := range tables {
		days, err := k.catalog.Coverage(ctx, []string{t.Name}, "", "")
		if err != nil {
			return nil, fmt.Errorf("list the days of %s: %w", t.Name, err)
		}
		days = slices.DeleteFunc(days, func(p catalog.Partition) bool { return p.Files == 0 })
		if len(days) == 0 {
			continue
		}
		newest := slices.MaxFunc(days, func(a, b catalog.Partition) int { return cmp.Compare(a.Day, b.Day) })
		files, err := k.filesOf(ctx, t.Name, newest.Day)
		if err != nil {
			return nil, err
		}
		blank, err := k.blank(ctx, files, accountColumns(t))
		if err != nil {
			return nil, fmt.Errorf("look for accounts in %s/%s: %w", t.Name, newest.Day, err)
		}
		if blank {
			found = append(found, t.Name)
		}
	}
	return found, nil
}

// blank tells whether the largest of the files have nothing in the columns.
func (k *Keeper) blank(ctx context.Context, files []stored, columns []string) (bool, error) {
	slices.SortFunc(files, func(a, b stored) int { return cmp.Compare(b.bytes, a.bytes) })
	for _, f := range files[:min(lookedInto, len(files))] {
		blank, err := k.blankFile(ctx, f, columns)
		if !blank || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (k *Keeper) blankFile(ctx context.Context, at stored, columns []string) (bool, error) {
	f, err := raw.OpenRandom(ctx, k.lake, at.path, at.bytes, k.scratch)
	if err != nil {
		return false, err
	}
	defer f.Close()
	blank, err := table.Blank(f, at.bytes, columns)
	if err != nil {
		return false, fmt.Errorf("%s: %w", at.path, err)
	}
	return blank, nil
}
