package athena

import "github.com/hindcast/hindcast/catalog/awsjson"

// What several operations exchange; see https://docs.aws.amazon.com/athena/latest/APIReference/API_Types.html.

type resultConfiguration struct {
	OutputLocation          string      `json:",omitempty"`
	EncryptionConfiguration *encryption `json:",omitempty"`
	ExpectedBucketOwner     string      `json:",omitempty"`
}

type encryption struct {
	EncryptionOption string
	KmsKey           string `json:",omitempty"`
}

type queryContext struct {
	Database string `json:",omitempty"`
	Catalog  string `json:",omitempty"`
}

type resultReuse struct {
	ResultReuseByAgeConfiguration *reuseByAge `json:",omitempty"`
}

type reuseByAge struct {
	Enabled         bool
	MaxAgeInMinutes *int `json:",omitempty"`
}

type engineVersion struct {
	SelectedEngineVersion  string `json:",omitempty"`
	EffectiveEngineVersion string `json:",omitempty"`
}

type athenaError struct {
	ErrorCategory int
	ErrorType     int
	Retryable     bool
	ErrorMessage  string
}

type queryStatus struct {
	State              string
	StateChangeReason  string `json:",omitempty"`
	SubmissionDateTime awsjson.Time
	CompletionDateTime *awsjson.Time `json:",omitempty"`
	AthenaError        *athenaError  `json:",omitempty"`
}

type queryStatistics struct {
	EngineExecutionTimeInMillis      int64
	DataScannedInBytes               int64
	DataManifestLocation             string `json:",omitempty"`
	TotalExecutionTimeInMillis       int64
	QueryQueueTimeInMillis           int64
	ServicePreProcessingTimeInMillis int64
	QueryPlanningTimeInMillis        int64
	ServiceProcessingTimeInMillis    int64
	ResultReuseInformation           reuseInformation
}

type reuseInformation struct{ ReusedPreviousResult bool }

// queryExecution is what GetQueryExecution says of one.
type queryExecution struct {
	QueryExecutionId         string
	Query                    string
	StatementType            string
	SubstatementType         string
	ResultConfiguration      resultConfiguration
	ResultReuseConfiguration *resultReuse `json:",omitempty"`
	QueryExecutionContext    queryContext
	Status                   queryStatus
	Statistics               queryStatistics
	WorkGroup                string
	EngineVersion            engineVersion
	ExecutionParameters      []string `json:",omitempty"`
}
