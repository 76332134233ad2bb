package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/goccy/go-yaml"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3"
)

// awsFlags say how AWS is reached, beyond what the environment and profiles say to every tool.
type awsFlags struct {
	AWS       string `name:"aws" type:"existingfile" env:"HINDCAST_AWS" placeholder:"FILE" help:"YAML file of settings for AWS: encryption, roles of buckets, Glue and Athena (\"hindcast catalog --help\" shows one). Credentials, region and AWS_ENDPOINT_URL come from the environment or a profile."`
	Database  string `env:"HINDCAST_DATABASE" placeholder:"NAME" help:"Glue database of a lake in S3; hindcast if neither this nor --aws says one."`
	Workgroup string `env:"HINDCAST_WORKGROUP" placeholder:"NAME" help:"Athena workgroup of a lake in S3; primary if neither this nor --aws says one."`
}

// awsSettings is the file of settings for AWS.
type awsSettings struct {
	Region    string `yaml:"region"`
	PathStyle bool   `yaml:"path_style"`
	Lake      struct {
		Encryption string `yaml:"encryption"` // s3, kms, or nothing for the bucket's own
		KMSKey     string `yaml:"kms_key"`
		Owner      string `yaml:"owner"` // account that the bucket must belong to
	} `yaml:"lake"`
	Buckets []struct {
		Name          string `yaml:"name"` // may have * in it
		Role          string `yaml:"role"`
		ExternalID    string `yaml:"external_id"`
		Region        string `yaml:"region"`
		Owner         string `yaml:"owner"`
		RequesterPays bool   `yaml:"requester_pays"`
	} `yaml:"buckets"`
	Glue struct {
		Database string `yaml:"database"`
	} `yaml:"glue"`
	Athena struct {
		Workgroup  string        `yaml:"workgroup"`
		Catalog    string        `yaml:"catalog"`
		Output     string        `yaml:"output"`       // s3://BUCKET/PREFIX of results, where the workgroup says none
		Reuse      time.Duration `yaml:"reuse"`        // how old a result of the same statement may be to be taken again
		PricePerTB float64       `yaml:"price_per_tb"` // in USD; the region's list price if not given
	} `yaml:"athena"`
}

// encryptions are those that the settings can name.
var encryptions = map[string]s3.Encryption{"s3": s3.SSES3, "kms": s3.SSEKMS}

// account is AWS as one command reaches it.
type account struct {
	config   aws.Config
	settings awsSettings
}

// account reads the settings, and finds credentials.
func (f awsFlags) account(ctx context.Context) (*account, error) {
	var a account
	if f.AWS != "" {
		if err := a.settings.read(f.AWS); err != nil {
			return nil, usageError("--aws %s: %w", f.AWS, err)
		}
	}
	for _, s := range []struct {
		given, otherwise string
		into             *string
	}{{f.Database, "hindcast", &a.settings.Glue.Database}, {f.Workgroup, "primary", &a.settings.Athena.Workgroup}} {
		if s.given != "" {
			*s.into = s.given
		} else if *s.into == "" {
			*s.into = s.otherwise
		}
	}
	var err error
	options := []func(*config.LoadOptions) error{config.WithAppID("hindcast")}
	if a.settings.Region != "" {
		options = append(options, config.WithRegion(a.settings.Region))
	}
	if a.config, err = config.LoadDefaultConfig(ctx, options...); err != nil {
		return nil, fmt.Errorf("read the settings of AWS: %w", err)
	}
	if a.config.Region == "" {
		return nil, usageError("in which region? Set AWS_REGION, or region in the file of --aws")
	}
	return &a, nil
}

func (s *awsSettings) read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, s, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return errors.New(yaml.FormatError(err, false, true))
	}
	switch e := s.Lake.Encryption; {
	case e != "" && encryptions[e] == "":
		return fmt.Errorf("lake.encryption: %q is neither s3 nor kms", e)
	case s.Lake.KMSKey != "" && e != "kms":
		return errors.New("lake.kms_key: needs lake.encryption: kms")
	}
	owners := []string{s.Lake.Owner}
	for _, b := range s.Buckets {
		if b.Name == "" {
			return errors.New("buckets: one has no name")
		}
		owners = append(owners, b.Owner)
	}
	for _, owner := range owners {
		if owner != "" && (len(owner) != 12 || strings.Trim(owner, "0123456789") != "") {
			return fmt.Errorf("owner: %q is not an account, which has 12 digits", owner)
		}
	}
	return nil
}

// lake is the lake's files.
func (a *account) lake(ctx context.Context, url string) (closingStore, error) {
	store, err := s3.OpenStore(a.config, url, s3.Options{
		Now: time.Now, PathStyle: a.settings.PathStyle, Encryption: encryptions[a.settings.Lake.Encryption], KMSKey: a.settings.Lake.KMSKey,
		Owner: a.settings.Lake.Owner,
	})
	if err != nil {
		return nil, usageError("--lake: %w", err)
	}
	if err := store.Check(ctx); err != nil {
		return nil, err
	}
	return unclosed{store}, nil
}

// raw is the raw logs below the URLs; with none, all that a whole key, s3://BUCKET/KEY, can name.
func (a *account) raw(urls ...string) (*s3.Buckets, error) {
	var buckets []s3.BucketOptions
	for _, b := range a.settings.Buckets {
		buckets = append(buckets, s3.BucketOptions{
			Name: b.Name, Role: b.Role, ExternalID: b.ExternalID, Region: b.Region, Owner: b.Owner, RequesterPays: b.RequesterPays,
		})
	}
	return s3.OpenBuckets(a.config, urls, s3.Options{Now: time.Now, PathStyle: a.settings.PathStyle}, buckets)
}

// unclosed is a store that needs no closing.
type unclosed struct{ raw.Store }

func (unclosed) Close() error { return nil }

// rawBuckets are the raw objects of all buckets, whose keys are s3://BUCKET/KEY.
func (f awsFlags) rawBuckets(ctx context.Context) (raw.Bucket, error) {
	a, err := f.account(ctx)
	if err != nil {
		return nil, err
	}
	return a.raw()
}

// inS3 tells whether a place is in S3.
func inS3(location string) bool { return strings.HasPrefix(location, s3Scheme) }
