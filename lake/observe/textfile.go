package observe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/proto"
)

// TextFile is a file of metrics, as node-exporter's textfile collector reads them. Counters go on from what the file
// says already: a run of a few seconds adds to those before it, and rates over them are right.
type TextFile struct {
	path   string
	before map[string]*dto.MetricFamily
}

// OpenTextFile looks at what an earlier run has left in the file, if there is one.
func OpenTextFile(path string) (*TextFile, error) {
	if !strings.HasSuffix(path, ".prom") {
		return nil, fmt.Errorf("file of metrics %s: node-exporter reads only names that end in .prom", path)
	}
	t := &TextFile{path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return nil, fmt.Errorf("file of metrics: %w", err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	if t.before, err = parser.TextToMetricFamilies(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("file of metrics %s: %w", path, err)
	}
	return t, nil
}

// Write writes the metrics of a recorder as they are now, over the file: whoever reads it sees all of them, or all
// of those before.
func (t *TextFile) Write(r *Recorder) (err error) {
	now, err := r.m.registry.Gather()
	if err != nil {
		return fmt.Errorf("gather metrics: %w", err)
	}
	var text bytes.Buffer
	for _, family := range now {
		if old := t.before[family.GetName()]; old != nil && old.GetType() == family.GetType() {
			family = continued(old, family)
		}
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return fmt.Errorf("write metrics: %w", err)
		}
	}
	for name, old := range t.before { // counters without anything to count in this run
		if missing(now, name) && additive(old.GetType()) {
			if _, err := expfmt.MetricFamilyToText(&text, old); err != nil {
				return fmt.Errorf("write metrics: %w", err)
			}
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(t.path), "."+filepath.Base(t.path)+".*")
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	_, err = temp.Write(text.Bytes())
	err = errors.Join(err, temp.Chmod(0o644), temp.Close()) // for the exporter, which is another user
	if err == nil {
		err = os.Rename(temp.Name(), t.path)
	}
	if err != nil {
		return fmt.Errorf("write metrics: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return nil
}

func missing(all []*dto.MetricFamily, name string) bool {
	for _, family := range all {
		if family.GetName() == name {
			return false
		}
	}
	return true
}

// additive tells whether values of two runs add up.
func additive(t dto.MetricType) bool {
	return t == dto.MetricType_COUNTER || t == dto.MetricType_HISTOGRAM
}

// continued is a family with what was counted before.
func continued(old, now *dto.MetricFamily) *dto.MetricFamily {
	if !additive(now.GetType()) {
		if now.GetName() == lastSuccess && now.GetMetric()[0].GetGauge().GetValue() == 0 {
			return old
		}
		return now
	}
	at := map[string]*dto.Metric{}
	for _, m := range now.GetMetric() {
		at[labels(m)] = m
	}
	for _, m := range old.GetMetric() {
		same := at[labels(m)]
		if same == nil {
			now.Metric = append(now.Metric, m)
			continue
		}
		add(same, m)
	}
	return now
}

func labels(m *dto.Metric) string {
	var b strings.Builder
	for _, l := range m.GetLabel() {
		fmt.Fprintf(&b, "%q=%q,", l.GetName(), l.GetValue())
	}
	return b.String()
}

// add adds what was counted before. Buckets are those of one histogram, whose bounds follow from the program.
func add(m, before *dto.Metric) {
	if c := m.GetCounter(); c != nil {
		c.Value = proto.Float64(c.GetValue() + before.GetCounter().GetValue())
	}
	h, old := m.GetHistogram(), before.GetHistogram()
	if h == nil {
		return
	}
	counts := map[float64]uint64{}
	for _, b := range old.GetBucket() {
		counts[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	for _, b := range h.GetBucket() {
		b.CumulativeCount = proto.Uint64(b.GetCumulativeCount() + counts[b.GetUpperBound()])
	}
	h.SampleCount = proto.Uint64(h.GetSampleCount() + old.GetSampleCount())
	h.SampleSum = proto.Float64(h.GetSampleSum() + old.GetSampleSum())
}
