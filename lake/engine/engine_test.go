package engine

import (
	"testing"

	"github.com/hindcast/hindcast/catalog"
)

func TestPricesAreWrittenWithTwoToSixPlaces(t *testing.T) {
	for micros, want := range map[int64]string{
		0: "0.00 USD", 48: "0.000048 USD", 5_000_000: "5.00 USD", 1_250_000: "1.25 USD", 1_234_500: "1.2345 USD", 12_300_000: "12.30 USD",
	} {
		if got := USD(micros); got != want {
			t.Errorf("%d is %s, want %s", micros, got, want)
		}
	}
}

func TestAStatementReadsItsFilesUnlessLessIsExpected(t *testing.T) {
	s := Statement{Scans: []Scan{{Files: []catalog.File{{Bytes: 3}, {Bytes: 4}}}, {Files: []catalog.File{{Bytes: 5}}}}}
	if s.Bytes() != 12 {
		t.Errorf("got %d", s.Bytes())
	}
	if s.Estimate = 2; s.Bytes() != 2 {
		t.Errorf("got %d", s.Bytes())
	}
}
