package gluefake

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Limits of the API: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html and the pages beside it.
const (
	maxName        = 255
	maxComment     = 255
	maxDescription = 2048
	maxType        = 131072
	maxLocation    = 2056
	maxViewText    = 409600
	maxParameter   = 512000
	maxExpression  = 2048
	maxSegments    = 10
)

// singleLine is the pattern of names and comments: no line breaks or other control characters but tabs.
var singleLine = regexp.MustCompile(`^[\x{0020}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*$`)

func invalid(format string, args ...any) *awsjson.Error {
	return awsjson.Errorf("InvalidInputException", format, args...)
}

func violation(at, constraint string) *awsjson.Error {
	return awsjson.Errorf("ValidationException", "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s", at, constraint)
}

func notFound(what, name string) *awsjson.Error {
	return awsjson.Errorf("EntityNotFoundException", "%s %s not found.", what, name)
}

func exists(what, name string) *awsjson.Error {
	return awsjson.Errorf("AlreadyExistsException", "%s already exists: %s", what, name)
}

func checkText(at, text string, least, most int) error {
	n := utf8.RuneCountInString(text)
	switch {
	case n < least:
		return violation(at, "have length greater than or equal to 1")
	case n > most:
		return violation(at, "have a smaller length")
	case !singleLine.MatchString(text):
		return violation(at, "satisfy regular expression pattern: "+singleLine.String())
	}
	return nil
}

func checkName(at, name string) error { return checkText(at, name, 1, maxName) }

// fold is a name as it is stored.
func fold(name string) string { return strings.ToLower(name) }

func checkTable(in *TableInput) error {
	if in == nil {
		return violation("tableInput", "not be null")
	}
	if err := checkName("tableInput.name", in.Name); err != nil {
		return err
	}
	if utf8.RuneCountInString(in.Description) > maxDescription {
		return violation("tableInput.description", "have a smaller length")
	}
	if len(in.ViewOriginalText) > maxViewText || len(in.ViewExpandedText) > maxViewText {
		return violation("tableInput.viewOriginalText", "have length less than or equal to 409600")
	}
	if err := checkParameters("tableInput.parameters", in.Parameters); err != nil {
		return err
	}
	if err := checkStorage("tableInput.storageDescriptor", in.StorageDescriptor); err != nil {
		return err
	}
	if err := checkColumns("tableInput.partitionKeys", in.PartitionKeys); err != nil {
		return err
	}
	return checkTwice(in)
}

// checkTwice refuses a name that stands twice among columns and partition keys.
func checkTwice(in *TableInput) error {
	all := in.PartitionKeys
	if in.StorageDescriptor != nil {
		all = append(all[:len(all):len(all)], in.StorageDescriptor.Columns...)
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[fold(c.Name)] {
			return invalid("Column %s is defined twice.", c.Name)
		}
		seen[fold(c.Name)] = true
	}
	return nil
}

func checkStorage(at string, d *StorageDescriptor) error {
	if d == nil {
		return nil
	}
	if len(d.Location) > maxLocation {
		return violation(at+".location", "have length less than or equal to 2056")
	}
	if err := checkParameters(at+".parameters", d.Parameters); err != nil {
		return err
	}
	if d.SerdeInfo != nil {
		if err := checkParameters(at+".serdeInfo.parameters", d.SerdeInfo.Parameters); err != nil {
			return err
		}
	}
	return checkColumns(at+".columns", d.Columns)
}

func checkColumns(at string, columns []Column) error {
	for _, c := range columns {
		if err := checkName(at+".name", c.Name); err != nil {
			return err
		}
		if err := checkText(at+".type", c.Type, 0, maxType); err != nil {
			return err
		}
		if err := checkText(at+".comment", c.Comment, 0, maxComment); err != nil {
			return err
		}
	}
	return nil
}

func checkParameters(at string, parameters map[string]string) error {
	for k, v := range parameters {
		if err := checkName(at+".key", k); err != nil {
			return err
		}
		if len(v) > maxParameter {
			return violation(at+".value", "have length less than or equal to 512000")
		}
	}
	return nil
}

// checkValues holds the values of a partition against its table's keys.
func checkValues(keys []Column, values []string) error {
	if len(values) != len(keys) {
		return invalid("The number of partition keys do not match the number of partition values")
	}
	for _, v := range values {
		if utf8.RuneCountInString(v) > 1024 {
			return violation("values", "have length less than or equal to 1024")
		}
	}
	return nil
}

// checkSize holds the length of a batch against its limits.
func checkSize(at string, n, least, most int) error {
	switch {
	case n < least:
		return violation(at, "have length greater than or equal to 1")
	case n > most:
		return violation(at, "have a smaller length")
	}
	return nil
}
