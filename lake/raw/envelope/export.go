package envelope

import (
	"regexp"

	"github.com/hindcast/hindcast/lake/raw/frame"
)

// Export is what people call an export of CloudWatch Logs to S3, whose lines are times and messages:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html
const Export = "cloudwatch_logs_export"

// exportTime is how the time before a message is written.
const exportTime = "2026-01-01T00:00:00.000Z "

// Exported is the message behind the time of an exported log event, if a line begins with such a time.
func Exported(line []byte) (message []byte, ok bool) {
	if len(line) <= len(exportTime) {
		return nil, false
	}
	for i := range len(exportTime) {
		if want := exportTime[i]; want >= '0' && want <= '9' {
			if line[i] < '0' || line[i] > '9' {
				return nil, false
			}
		} else if line[i] != want {
			return nil, false
		}
	}
	return line[len(exportTime):], true
}

// exportKey is where an export lies: prefix/task/stream/000000.gz.
var exportKey = regexp.MustCompile(`(?:^|/)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/([^/]+)/\d{6}(?:\.gz)?$`)

// ExportStream is the log stream of an object whose key is that of an export.
func ExportStream(objectKey string) (stream []byte, ok bool) {
	m := exportKey.FindStringSubmatch(objectKey)
	if m == nil {
		return nil, false
	}
	return []byte(m[1]), true
}

// IsExport tells whether an object with such a first line is an export, as far as that is sure: by its key, since no
// record of JSON begins with a time, or since the log can be told behind the time and not with it.
func IsExport(objectKey string, head []byte, f frame.Framing) bool {
	message, ok := Exported(head)
	if !ok {
		return false
	}
	if _, ok := ExportStream(objectKey); ok || f.Kind == frame.JSON && (message[0] == '{' || message[0] == '[') {
		return true
	}
	return f.Looks != nil && !f.Looks(head) && f.Looks(message)
}

// Begins tells the first line of an exported log event.
func Begins(line []byte) bool {
	_, ok := Exported(line)
	return ok
}
