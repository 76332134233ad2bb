package merge

import (
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/lake/table"
)

// adopt makes local files of those that another writer has made, as Athena does: they cannot be read by turns.
func (m *merging) adopt(inputs []*input) error {
	for i, in := range inputs {
		if in.local != "" || !in.shape.Foreign {
			continue
		}
		err := m.check(m.ctx, in)
		var local *input
		if err == nil {
			local, err = m.rewritten(in)
		}
		if err = errors.Join(err, in.close()); err != nil {
			return err
		}
		inputs[i] = local
	}
	return nil
}

// rewritten is a file that is open as a local one of ours, with the same rows in the same order.
func (m *merging) rewritten(in *input) (*input, error) {
	rows, err := table.OpenRows(stopping{m.ctx, in.body}, in.Bytes, m.schema)
	if err != nil {
		return nil, damaged(in, err)
	}
	out, err := m.newOutput(scratch(fmt.Sprintf("adopted-%d.tmp", in.order)))
	if err != nil {
		return nil, err
	}
	defer out.close()
	for turn := 0; rows.Left() > 0; turn = 1 - turn {
		b := m.batches[turn]
		b.Reset()
		order := m.rows[turn][:0]
		for rows.Left() > 0 && b.Rows() < maxGroupRows && b.Bytes() < m.run.cfg.GroupBytes {
			first := b.Rows()
			n, err := rows.Read(b, adoptStep)
			if err != nil {
				return nil, damaged(in, err)
			}
			for i := range n {
				order = append(order, int32(first+i))
			}
		}
		m.rows[turn] = order
		if err := out.add(b, order, rows.Left()); err != nil {
			return nil, err
		}
	}
	local := localInput(out.made[0].path, out.made[0].info, in.order)
	return local, m.measure([]*input{local})
}

// adoptStep is how many rows are read before the memory is looked at.
const adoptStep = 1 << 10
