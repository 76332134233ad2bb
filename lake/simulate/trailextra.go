package simulate

import (
	"fmt"
	"strings"
	"time"
)

// digest delivers the list of a day's log files: one object that is one record.
func (t *trail) digest(out *outbox, d *dice, day time.Time) error {
	end := day.Add(23 * time.Hour)
	key := func(end time.Time) string {
		file := t.account.id + "_CloudTrail-Digest_" + t.region + "_org-trail_" + t.region + end.Format("_20060102T150405Z.json.gz")
		return awsKey(t.account.id, "CloudTrail-Digest", t.region, end, file)
	}
	var files []string
	for _, f := range t.files {
		files = append(files, fmt.Sprintf(`{"s3Bucket":%q,"s3Object":%q,"hashValue":%q,"hashAlgorithm":"SHA-256","newestEventTime":%q,"oldestEventTime":%q}`,
			trailBucket, f.key, f.hash, stamp(f.newest), stamp(f.oldest)))
	}
	out.raw = fmt.Appendf(out.raw, `{"awsAccountId":%q,"digestStartTime":%q,"digestEndTime":%q,"digestS3Bucket":%q,"digestS3Object":%q,`+
		`"digestPublicKeyFingerprint":%q,"digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":%q,"oldestEventTime":%q,`+
		`"previousDigestS3Bucket":%q,"previousDigestS3Object":%q,"previousDigestHashValue":%q,"previousDigestHashAlgorithm":"SHA-256","previousDigestSignature":%q,"logFiles":[%s]}`,
		t.account.id, stamp(end.AddDate(0, 0, -1)), stamp(end), trailBucket, key(end), d.name(hexDigits, 32), stamp(t.files[len(t.files)-1].newest), stamp(t.files[0].oldest),
		trailBucket, key(end.AddDate(0, 0, -1)), d.name(hexDigits, 64), d.name(hexDigits, 512), strings.Join(files, ","))
	out.event(end)
	out.sum.Digests++
	return out.send(CloudTrailSource, key(end), true)
}

const trailBucket = "example-corp-org-trail"

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

// insightDay delivers CloudTrail's own findings of unusual call rates: a start and an end, every few days.
func (w *world) insightDay(out *outbox, day time.Time) error {
	d := newDice(w.Seed, "insight", day.Format(time.DateOnly))
	if day.Sub(w.From())/(24*time.Hour)%7 != 2 && w.Days > 2 {
		return nil
	}
	account := w.cast.accounts[0]
	shared, start := d.uuid(nil), day.Add(13*time.Hour+time.Duration(d.IntN(60))*time.Minute)
	minutes := d.between(4, 30)
	for _, state := range []string{"Start", "End"} {
		at, duration := start, ""
		if state == "End" {
			at = start.Add(time.Duration(minutes) * time.Minute)
			duration = fmt.Sprintf(`"insightDuration":%d,`, minutes)
		}
		out.raw = fmt.Appendf(out.raw, `{"Records":[{"eventVersion":"1.10","eventTime":%q,"awsRegion":%q,"eventID":%q,"eventType":"AwsCloudTrailInsight",`+
			`"recipientAccountId":%q,"sharedEventID":%q,"insightDetails":{"state":%q,"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","insightType":"ApiCallRateInsight",`+
			`"insightContext":{"statistics":{"baseline":{"average":0.0017},"insight":{"average":%.1f},%s"baselineDuration":10079},`+
			`"attributions":[{"attribute":"userIdentityArn","insight":[{"value":%q,"average":%.1f}],"baseline":[{"value":%q,"average":0.0017}]},`+
			`{"attribute":"errorCode","insight":[{"value":"null","average":1.0}],"baseline":[{"value":"null","average":0.0017}]}]}},"eventCategory":"Insight"}]}`,
			stamp(at), primary, d.uuid(nil), account.id, shared, state, 1+5*d.Float64(), duration,
			account.roles[2].arn(), 1+5*d.Float64(), account.roles[2].arn())
		out.event(at)
		out.sum.Insights++
		arrived := at.Add(9 * time.Minute)
		file := account.id + "_CloudTrail-Insight_" + primary + arrived.Format("_20060102T1504Z_") + d.name(alnum, 16) + ".json.gz"
		if err := out.send(CloudTrailSource, awsKey(account.id, "CloudTrail-Insight", primary, arrived, file), true); err != nil {
			return err
		}
	}
	return nil
}
