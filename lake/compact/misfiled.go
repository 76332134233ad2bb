package compact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// misfiledError is a raw object that is of another source than its key says.
type misfiledError struct {
	key string
	of  *source.Compiled
}

func (e *misfiledError) Error() string {
	return fmt.Sprintf("object %s is of %s, though its key says otherwise", e.key, e.of.Name)
}

// suspect looks again at an object whose first records were all rejected, or that has none: its key may be wrong. A look
// at every object would cost another request for each.
func (c *conversion) suspect(i int, silent int64, atEnd bool) error {
	result := &c.out.objects[i]
	if result.EventsOut > 0 || atEnd == (result.RecordsIn >= source.Tried) || !atEnd && result.RecordsIn != source.Tried {
		return nil
	}
	if result.RecordsIn == 0 && silent > 0 {
		return nil
	}
	other, ok, err := c.run.instead(c.ctx, c.source, result.Object)
	switch {
	case err != nil:
		return &unreadableError{result.Key, err}
	case ok:
		return &misfiledError{result.Key, other}
	}
	return nil
}

// instead is the source that an object surely is of, if not of the one that its key says.
func (r *run) instead(ctx context.Context, of *source.Compiled, o catalog.Object) (other *source.Compiled, ok bool, err error) {
	head, err := raw.Head(ctx, r.cfg.Raw, o)
	var damaged *raw.DamagedError
	if errors.As(err, &damaged) {
		return nil, false, nil // what is damaged is of no other source
	}
	if err != nil {
		return nil, false, fmt.Errorf("look into it: %w", err)
	}
	other = r.cfg.Sources.Instead(of, o.Key, head)
	return other, other != nil, nil
}

// refile plans the misfiled objects of a batch under the sources that they are of, and the rest as it was: all that are
// misfiled at once, since what has put one under a wrong key may have put more. Until they are planned again they are
// of no batch, and a run that ends here leaves them to the next, which finds them new.
func (w *worker) refile(h *held, b catalog.Batch, bad *misfiledError) error {
	of, err := w.run.cfg.Sources.ByName(b.Table)
	if err != nil {
		return err
	}
	moved := map[string][]catalog.Object{}
	var keys []string
	for _, o := range b.Objects {
		other := bad.of
		if o.Key != bad.key {
			var ok bool
			if other, ok, err = w.run.instead(h.Context(), of, o); err != nil || !ok {
				continue // what can't be read now is met again when its turn comes
			}
		}
		keys = append(keys, o.Key)
		moved[other.Name] = append(moved[other.Name], o)
	}
	if err := w.undo(h, b); err != nil {
		return err
	}
	var errs []error
	if rest := without(b, keys); len(rest.Objects) > 0 {
		errs = append(errs, w.replan(h, rest))
	}
	for _, name := range slices.Sorted(maps.Keys(moved)) {
		errs = append(errs, w.move(h, b, name, moved[name]))
	}
	return errors.Join(errs...)
}

// move plans objects of a batch under another source, if that was asked for.
func (w *worker) move(h *held, b catalog.Batch, name string, objects []catalog.Object) error {
	s, err := w.run.cfg.Sources.ByName(name)
	if err != nil {
		return err
	}
	if only := w.run.sel.Sources; len(only) > 0 && !slices.Contains(only, name) {
		for _, o := range objects {
			w.run.report.unknown(o, only, s)
		}
		return nil
	}
	for _, o := range objects {
		w.run.report.misfiled(o, b.Table, name)
	}
	b.Table, b.MappingVersion = s.Name, s.Version
	return w.replan(h, withObjects(b, objects))
}
