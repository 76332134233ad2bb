package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// cloud is S3 and STS at one endpoint. STS answers credentials named after the role, or denies it.
type cloud struct {
	s3      *s3http.Server
	faults  s3http.Faults
	deny    bool
	lasts   time.Duration // that credentials are good for
	mu      sync.Mutex
	assumed []url.Values
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		c.s3.ServeHTTP(w, r)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.assumed = append(c.assumed, r.Form)
	c.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	if c.deny {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`)
		return
	}
	_, role, _ := strings.Cut(r.Form.Get("RoleArn"), "role/")
	fmt.Fprintf(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
		`<SessionToken>token</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		strings.ToUpper(role), time.Now().Add(c.lasts).UTC().Format(time.RFC3339))
}

func startCloud(t *testing.T, buckets ...string) (*cloud, string) {
	t.Helper()
	c := &cloud{lasts: time.Hour}
	stores := map[string]raw.Store{}
	for _, name := range buckets {
		stores[name] = s3http.NewMemory(time.Now)
		for _, key := range []string{"AWSLogs/1", "AWSLogs/2", "other/3"} {
			if _, err := stores[name].Put(t.Context(), key, strings.NewReader(name+"/"+key)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var err error
	if c.s3, err = s3http.New(s3http.Options{Buckets: stores, Now: time.Now, Strict: true, Before: c.faults.Before}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return c, server.URL
}

func TestBucketsOfManyAccounts(t *testing.T) {
	c, endpoint := startCloud(t, "logs-a", "logs-b", "plain")
	settings := []BucketOptions{
		{Name: "logs-*", Role: "arn:aws:iam::111122223333:role/any", ExternalID: "secret handshake", Region: "eu-west-1"},
		{Name: "logs-b", Role: "arn:aws:iam::444455556666:role/exact", RequesterPays: true, Owner: "444455556666"},
	}
	b, err := OpenBuckets(config(endpoint), []string{"s3://plain/AWSLogs/", "s3://logs-b", "s3://logs-a/AWSLogs", "s3://logs-a/AWSLogs/1"}, options(), settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	list := func(prefix string) (keys []string) {
		for o, err := range b.List(t.Context(), prefix) {
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, o.Key)
		}
		return keys
	}
	all := []string{
		"s3://logs-a/AWSLogs/1", "s3://logs-a/AWSLogs/2", "s3://logs-b/AWSLogs/1", "s3://logs-b/AWSLogs/2", "s3://logs-b/other/3",
		"s3://plain/AWSLogs/1", "s3://plain/AWSLogs/2",
	}
	for prefix, want := range map[string][]string{
		"": all, "s3://": all, "s3://logs-": all[:5], "s3://logs-b/o": all[4:5], "s3://logs-a/": all[:2], "s3://plain/other/": nil, "elsewhere": nil,
	} {
		if diff := cmp.Diff(want, list(prefix)); diff != "" {
			t.Errorf("prefix %q: %s", prefix, diff)
		}
	}
	for _, key := range append(all, "s3://plain/other/3") { // which no list shows
		if got, err := read(t, b, key); err != nil || "s3://"+string(got) != key {
			t.Errorf("%s: %q, %v", key, got, err)
		}
		if o, err := b.Stat(t.Context(), key); err != nil || o.Key != key {
			t.Errorf("%s: %+v, %v", key, o, err)
		}
	}
	for _, key := range []string{"AWSLogs/1", "s3://", "s3://plain", "s3://plain/", "s3:///x", "s3://plain/" + strings.Repeat("k", 1025)} {
		if _, err := b.Open(t.Context(), key); !errors.Is(err, raw.ErrInvalidKey) {
			t.Errorf("%q: %v", key, err)
		}
	}
	c.checkSigned(t)
}

// checkSigned makes sure that each bucket's calls were made as its settings say.
func (c *cloud) checkSigned(t *testing.T) {
	t.Helper()
	want := map[string]struct{ credential, payer, owner string }{
		"plain":  {"test/…/us-east-1/", "", ""},
		"logs-a": {"ANY/…/eu-west-1/", "", ""},
		"logs-b": {"EXACT/…/us-east-1/", "requester", "444455556666"},
	}
	for _, call := range c.faults.Calls("") {
		w := want[call.Bucket]
		id, scope, _ := strings.Cut(w.credential, "…")
		signature := call.Header.Get("Authorization")
		if !strings.Contains(signature, "Credential="+id) || !strings.Contains(signature, scope) {
			t.Errorf("%s of %s is signed by %s", call.Operation, call.Bucket, signature)
		}
		if payer, owner := call.Header.Get("x-amz-request-payer"), call.Header.Get("x-amz-expected-bucket-owner"); payer != w.payer || owner != w.owner {
			t.Errorf("%s of %s: payer %q, owner %q", call.Operation, call.Bucket, payer, owner)
		}
	}
	ids := map[string]string{}
	for _, form := range c.assumed {
		ids[form.Get("RoleArn")] = form.Get("ExternalId")
	}
	if diff := cmp.Diff(map[string]string{"arn:aws:iam::111122223333:role/any": "secret handshake", "arn:aws:iam::444455556666:role/exact": ""}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestEncryptionOfWhatIsPut(t *testing.T) {
	for name, c := range map[string]struct {
		o         Options
		kind, key string
	}{
		"the bucket's own":        {Options{}, "", ""},
		"of S3":                   {Options{Encryption: SSES3}, "AES256", ""},
		"of KMS":                  {Options{Encryption: SSEKMS}, "aws:kms", ""},
		"of KMS with a given key": {Options{Encryption: SSEKMS, KMSKey: "alias/lake"}, "aws:kms", "alias/lake"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.Encryption, o.KMSKey = c.o.Encryption, c.o.KMSKey
			s, faults := faulty(t, o)
			fill(t, s, "small", 16)
			fill(t, s, "large", 6<<20)
			for _, operation := range []string{"PutObject", "CreateMultipartUpload"} {
				calls := faults.Calls(operation)
				if len(calls) != 1 {
					t.Fatalf("%d calls of %s", len(calls), operation)
				}
				h := calls[0].Header
				if kind, key := h.Get("x-amz-server-side-encryption"), h.Get("x-amz-server-side-encryption-aws-kms-key-id"); kind != c.kind || key != c.key {
					t.Errorf("%s: %q with key %q", operation, kind, key)
				}
			}
		})
	}
}

func TestWhatIsRefusedSaysWhatToLookAt(t *testing.T) {
	denied := s3http.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}
	moved := s3http.Fault{Status: 301, Code: "PermanentRedirect", Message: "moved", Header: http.Header{"X-Amz-Bucket-Region": {"eu-west-1"}}}
	list := func(ctx context.Context, b *Buckets) error {
		for _, err := range b.List(ctx, "") {
			return err
		}
		return nil
	}
	open := func(ctx context.Context, b *Buckets) error {
		_, err := b.Open(ctx, "s3://logs-a/AWSLogs/1")
		return err
	}
	stat := func(ctx context.Context, b *Buckets) error {
		_, err := b.Stat(ctx, "s3://logs-a/AWSLogs/1")
		return err
	}
	check := func(ctx context.Context, b *Buckets) error { return b.Check(ctx) }
	for name, c := range map[string]struct {
		operation string
		fault     s3http.Fault
		do        func(context.Context, *Buckets) error
		want      []string
	}{
		"a list that is denied":          {"ListObjectsV2", denied, list, []string{"list s3://logs-a/AWSLogs/: ", "the role arn:aws:iam::111122223333:role/any needs s3:ListBucket on arn:aws:s3:::logs-a,", "(AccessDenied)"}},
		"an object that is denied":       {"GetObject", denied, open, []string{"open s3://logs-a/AWSLogs/1: ", "needs s3:GetObject on arn:aws:s3:::logs-a/*", "kms:Decrypt", "requesters pay"}},
		"a look that is denied":          {"HeadObject", denied, stat, []string{"needs s3:GetObject", "s3:ListBucket"}},
		"a bucket that is not there":     {"ListObjectsV2", s3http.Fault{Status: 404, Code: "NoSuchBucket", Message: "no"}, check, []string{"there is no bucket logs-a"}},
		"another region":                 {"ListObjectsV2", moved, check, []string{"lies in region eu-west-1, and was asked for in us-east-1: set its region"}},
		"another region, without a body": {"HeadObject", moved, stat, []string{"lies in region eu-west-1"}},
		"keys that are not known":        {"ListObjectsV2", s3http.Fault{Status: 403, Code: "InvalidAccessKeyId", Message: "no"}, check, []string{"does not take the credentials"}},
		"an object in the archive":       {"GetObject", s3http.Fault{Status: 403, Code: "InvalidObjectState", Message: "no"}, open, []string{"restore it"}},
		"a key that is disabled":         {"GetObject", s3http.Fault{Status: 400, Code: "KMS.DisabledException", Message: "no"}, open, []string{"KMS refuses the key"}},
		"anything else":                  {"GetObject", s3http.Fault{Status: 400, Code: "InvalidRequest", Message: "for a reason"}, open, []string{"for a reason", "InvalidRequest"}},
	} {
		t.Run(name, func(t *testing.T) {
			cloud, endpoint := startCloud(t, "logs-a")
			cloud.faults.Add(c.operation, "", 0, 100, c.fault)
			b, err := OpenBuckets(config(endpoint), []string{"s3://logs-a/AWSLogs/"}, options(), []BucketOptions{{Name: "logs-a", Role: "arn:aws:iam::111122223333:role/any"}})
			if err != nil {
				t.Fatal(err)
			}
			cloud.refused(t, c.do(t.Context(), b), c.want...)
		})
	}
}

// refused makes sure that an error lasts, says what is wanted, and came of one call.
func (c *cloud) refused(t *testing.T, err error, want ...string) {
	t.Helper()
	if !errors.Is(err, raw.ErrRefused) || raw.Transient(err) {
		t.Fatalf("error %v", err)
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q lacks %q", err, text)
		}
	}
	if n := len(c.faults.Calls("")); n > 1 {
		t.Errorf("%d calls", n)
	}
}

func TestCredentialsThatAreNotToBeHad(t *testing.T) {
	cloud, endpoint := startCloud(t, "logs-a")
	cloud.deny = true
	b, err := OpenBuckets(config(endpoint), []string{"s3://logs-a"}, options(), []BucketOptions{{Name: "logs-a", Role: "arn:aws:iam::111122223333:role/any", ExternalID: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	cloud.refused(t, b.Check(t.Context()), "the role arn:aws:iam::111122223333:role/any of the bucket logs-a cannot be assumed", "external id", "sts:AssumeRole")
	cfg := config(endpoint)
	cfg.Credentials = nil
	s, err := OpenStore(cfg, "s3://logs-a", options())
	if err != nil {
		t.Fatal(err)
	}
	cloud.refused(t, s.Check(t.Context()), "there are no credentials: set AWS_PROFILE")
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, context.DeadlineExceeded })
	if s, err = OpenStore(cfg, "s3://logs-a", options()); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); !errors.Is(err, context.DeadlineExceeded) || !raw.Transient(err) {
		t.Errorf("error %v", err)
	}
}

func TestCredentialsOfARoleAreAskedForBeforeTheyExpire(t *testing.T) {
	for name, c := range map[string]struct {
		lasts time.Duration
		asked int
	}{
		"good for an hour, they are asked for once":             {time.Hour, 1},
		"about to expire, they are asked for before every call": {time.Minute, 3},
	} {
		t.Run(name, func(t *testing.T) {
			cloud, endpoint := startCloud(t, "logs")
			cloud.lasts = c.lasts
			b, err := OpenBuckets(config(endpoint), nil, options(), []BucketOptions{{Name: "logs", Role: "arn:aws:iam::111122223333:role/any"}})
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if _, err := b.Stat(t.Context(), "s3://logs/AWSLogs/1"); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(cloud.assumed); n != c.asked {
				t.Errorf("the role was assumed %d times, not %d", n, c.asked)
			}
		})
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	cfg := config("http://127.0.0.1:1")
	store := func(url string, change func(*Options)) error {
		o := options()
		if change != nil {
			change(&o)
		}
		_, err := OpenStore(cfg, url, o)
		return err
	}
	buckets := func(set BucketOptions) error {
		_, err := OpenBuckets(cfg, []string{"s3://logs"}, options(), []BucketOptions{set})
		return err
	}
	for want, err := range map[string]error{
		`"logs" is not of the form s3://bucket/prefix`:     store("logs", nil),
		`"s3://" is not of the form s3://bucket/prefix`:    store("s3://", nil),
		`the prefix is no path`:                            store("s3://logs/a//b", nil),
		`Options.Now is not set`:                           store("s3://logs", func(o *Options) { o.Now = nil }),
		`there is no encryption "rot13"`:                   store("s3://logs", func(o *Options) { o.Encryption = "rot13" }),
		`a KMS key is of use with encryption SSE-KMS only`: store("s3://logs", func(o *Options) { o.KMSKey = "key" }),
		`S3 takes no less than 5242880`:                    store("s3://logs", func(o *Options) { o.PartSize = 1 }),
		`settings of buckets without a name`:               buckets(BucketOptions{Region: "eu-west-1"}),
		`syntax error in pattern`:                          buckets(BucketOptions{Name: "[a"}),
		`an external id is of use with a role only`:        buckets(BucketOptions{Name: "a", ExternalID: "x"}),
		`a role is named by its ARN`:                       buckets(BucketOptions{Name: "a", Role: "logs"}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", fmt.Sprint(err), want)
		}
	}
	cfg.Region = ""
	if err := store("s3://logs", nil); err == nil || !strings.Contains(err.Error(), "set AWS_REGION") {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(outermost([]string{"b", "a/b", "a/", "a/b/c"}), []string{"a/", "b"}) {
		t.Error("prefixes that lie in others are listed twice")
	}
}
