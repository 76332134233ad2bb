package athena

import (
	"fmt"
	"math"
	"time"

	"github.com/hindcast/hindcast/lake/retain"
)

// price is what scanning costs, and where that is said.
type price struct {
	usdPerTB float64
	basis    string
}

// usualPrice is Athena's in most regions, in USD for 2^40 bytes: https://aws.amazon.com/athena/pricing/
const usualPrice = 5

// priceIn is the price that was set, or the region's as far as the table of prices has it, or the usual one.
func priceIn(region string, set float64) price {
	if set > 0 {
		return price{set, fmt.Sprintf("%v USD per TB scanned, as it was set", set)}
	}
	if prices, err := retain.PricesOf(region); err == nil {
		if usd, asOf, page := prices.Scan(); usd > 0 {
			return price{usd, fmt.Sprintf("%v USD per TB scanned in %s as of %s, %s", usd, region, asOf.Format(time.DateOnly), page)}
		}
	}
	return price{usualPrice, fmt.Sprintf("%d USD per TB scanned, as in most regions: that of %s is not known", usualPrice, region)}
}

// Bytes that are charged: whole megabytes, and ten of them for every statement.
const (
	megabyte     = 1 << 20
	leastCharged = 10 * megabyte
	terabyte     = 1 << 40
	microsPerUSD = 1_000_000
)

// Price is what a statement that scans so many bytes costs, in millionths of a US dollar, rounded up. It is without the
// requests to S3 and Glue that it makes.
func (e *Engine) Price(bytes int64) int64 {
	charged := max(leastCharged, (bytes+megabyte-1)/megabyte*megabyte)
	return int64(math.Ceil(float64(charged) / terabyte * e.price.usdPerTB * microsPerUSD))
}

// PriceBasis says what price is reckoned with, and where it is from.
func (e *Engine) PriceBasis() string { return e.price.basis }
