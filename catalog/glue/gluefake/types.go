package gluefake

// Shapes of the API, as its JSON has them: https://docs.aws.amazon.com/glue/latest/webapi/API_Types.html. Times are
// seconds since 1970.

// Database is a database.
type Database struct {
	Name        string
	Description string            `json:",omitempty"`
	LocationUri string            `json:",omitempty"` //nolint:revive,staticcheck // Glue's name
	Parameters  map[string]string `json:",omitempty"`
	CreateTime  float64           `json:",omitempty"`
	CatalogId   string            `json:",omitempty"` //nolint:revive,staticcheck // Glue's name
}

// Column is a column.
type Column struct {
	Name       string
	Type       string            `json:",omitempty"`
	Comment    string            `json:",omitempty"`
	Parameters map[string]string `json:",omitempty"`
}

// SerDe says how rows are read.
type SerDe struct {
	Name                 string            `json:",omitempty"`
	SerializationLibrary string            `json:",omitempty"`
	Parameters           map[string]string `json:",omitempty"`
}

// StorageDescriptor says where and how rows are kept.
type StorageDescriptor struct {
	Columns                []Column `json:",omitempty"`
	Location               string   `json:",omitempty"`
	InputFormat            string   `json:",omitempty"`
	OutputFormat           string   `json:",omitempty"`
	Compressed             bool
	NumberOfBuckets        int
	SerdeInfo              *SerDe            `json:",omitempty"`
	BucketColumns          []string          `json:",omitempty"`
	Parameters             map[string]string `json:",omitempty"`
	StoredAsSubDirectories bool
}

// TableInput is a table as it is created and updated.
type TableInput struct {
	Name              string
	Description       string             `json:",omitempty"`
	Owner             string             `json:",omitempty"`
	Retention         int                `json:",omitempty"`
	StorageDescriptor *StorageDescriptor `json:",omitempty"`
	PartitionKeys     []Column
	ViewOriginalText  string            `json:",omitempty"`
	ViewExpandedText  string            `json:",omitempty"`
	TableType         string            `json:",omitempty"`
	Parameters        map[string]string `json:",omitempty"`
}

// Table is a table, or a view.
type Table struct {
	TableInput
	DatabaseName                  string
	CreateTime                    float64 `json:",omitempty"`
	UpdateTime                    float64 `json:",omitempty"`
	VersionId                     string  `json:",omitempty"` //nolint:revive,staticcheck // Glue's name
	CatalogId                     string  `json:",omitempty"` //nolint:revive,staticcheck // Glue's name
	IsRegisteredWithLakeFormation bool
}

// PartitionInput is a partition as it is created and updated.
type PartitionInput struct {
	Values            []string
	StorageDescriptor *StorageDescriptor `json:",omitempty"`
	Parameters        map[string]string  `json:",omitempty"`
}

// Partition is a partition.
type Partition struct {
	PartitionInput
	DatabaseName string
	TableName    string
	CreationTime float64 `json:",omitempty"`
	CatalogId    string  `json:",omitempty"` //nolint:revive,staticcheck // Glue's name
}

// ErrorDetail is what is wrong with one item of a batch.
type ErrorDetail struct {
	ErrorCode    string
	ErrorMessage string
}

// partitionError is an item of a batch that failed. BatchUpdatePartition names its values differently.
type partitionError struct {
	PartitionValues    []string `json:",omitempty"`
	PartitionValueList []string `json:",omitempty"`
	ErrorDetail        ErrorDetail
}
