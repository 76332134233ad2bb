package ocsf

import (
	"slices"

	"github.com/hindcast/hindcast/lake/source"
)

// class is what ECS calls the events of a class.
type class struct {
	uid      int64
	kind     string
	category []string
	types    []string
}

// classes are those of OCSF 1.0 to 1.3: https://schema.ocsf.io/1.3.0/classes
// Where Elastic's integration has a category or type, it is that; where it has none, the nearest of ECS.
var classes = []class{
	{1001, event, []string{"file"}, info},
	{1002, event, []string{"driver"}, info},
	{1003, event, []string{"driver"}, info},
	{1004, event, []string{"process"}, info},
	{1005, event, []string{"library"}, info},
	{1006, event, []string{"process"}, info},
	{1007, event, []string{"process"}, info},
	{1008, event, []string{"host"}, info},
	{2001, alert, nil, info},
	{2002, alert, nil, info},
	{2003, alert, nil, info},
	{2004, alert, nil, info},
	{2005, alert, nil, info},
	{2006, alert, nil, info},
	{3001, event, []string{"iam"}, []string{"info", "user"}},
	{3002, event, []string{"authentication"}, info},
	{3003, event, []string{"session"}, info},
	{3004, event, []string{"iam"}, info},
	{3005, event, []string{"iam"}, []string{"info", "group"}},
	{3006, event, []string{"iam"}, []string{"info", "user"}},
	{4001, event, []string{"network"}, info},
	{4002, event, []string{"api"}, info},
	{4003, event, []string{"network"}, []string{"info", "protocol"}},
	{4004, event, []string{"network"}, []string{"info", "protocol"}},
	{4005, event, []string{"network"}, []string{"info", "protocol"}},
	{4006, event, []string{"api", "file"}, info},
	{4007, event, []string{"network"}, []string{"info", "protocol"}},
	{4008, event, []string{"network", "file"}, []string{"info", "protocol"}},
	{4009, event, []string{"email"}, info},
	{4010, event, []string{"network", "file"}, info},
	{4011, event, []string{"file", "email"}, info},
	{4012, event, []string{"email"}, info},
	{4013, event, []string{"network"}, info},
	{4014, event, []string{"network"}, info},
	{5001, event, []string{"host"}, info},
	{5002, event, []string{"configuration"}, info},
	{5003, event, []string{"iam"}, info},
	{5004, event, []string{"package"}, info},
	{5019, event, []string{"configuration"}, info},
	{5020, event, []string{"package"}, info},
	{6001, event, []string{"web"}, info},
	{6002, event, []string{"package"}, info},
	{6003, event, []string{"web"}, info},
	{6004, event, []string{"web"}, info},
	{6005, event, []string{"database"}, info},
	{6006, event, []string{"file"}, info},
	{6007, event, []string{"host"}, info},
	{6008, event, []string{"host"}, info},
}

const event, alert = "event", "alert"

var info = []string{"info"}

// ofCategory is what the events of a category are called whose class is not known.
var ofCategory = []class{
	{1, event, []string{"host"}, info},
	{2, alert, nil, info},
	{3, event, []string{"iam"}, info},
	{4, event, []string{"network"}, info},
	{5, event, []string{"host"}, info},
	{6, event, []string{"web"}, info},
}

// doing is the type that an event of some classes has as well if its activity is one of some.
type doing struct {
	typ        string
	classes    []int64
	activities []string
}

var doings = []doing{
	{"creation", []int64{1001, 2005, 3001, 3004, 4006, 5002}, []string{"Create", "File Create", "Log"}},
	{"access", []int64{1001, 3004, 4006, 4010, 5002, 6004}, []string{"Read", "File Open", "Preview", "Open", "Access Grant", "Access Deny", "Access Revoke", "Access Error", "Log"}},
	{"deletion", []int64{1001, 3001, 3004, 4010, 6002}, []string{"Delete", "Remove"}},
	{"start", []int64{1007, 3002, 4001, 4007, 4013, 6002, 6007}, []string{"Launch", "Logon", "Open", "Start", "Started",
		"Symmetric Active Exchange", "Client Synchronization", "Broadcast", "Control"}},
	{"end", []int64{1007, 2005, 3002, 4001, 4007, 4013, 6002, 6007}, []string{"Terminate", "Logoff", "Close", "Completed", "Stop",
		"Symmetric Passive Response", "Server Response", "Private Use Case", "Other"}},
	{"denied", []int64{4001, 4003, 4004, 4007}, []string{"Refuse", "Decline"}},
	{"allowed", []int64{4004}, []string{"Ack"}},
	{"change", []int64{1001, 2005, 3004, 4006, 4010}, []string{"Update", "File Supersede", "File Overwrite", "Rename"}},
	{"connection", []int64{4005}, []string{"Connect Request", "Connect Response"}},
	{"installation", []int64{5004, 6002}, []string{"Install", "Log", "Collect"}},
	{"error", []int64{6004, 6007}, []string{"Access Error", "Error"}},
}

// Before 1.0, calls of an API were of the class whose id is now that of user access management.
const apiActivity, oldAPIActivity = 6003, 3005

// extension is what the ids of an extension's classes are multiples of: 201001 is a class of the Windows extension.
const extension = 100_000

// classify says what ECS calls an event, by its class and what was done.
func classify(b *source.Binding) func(*source.Event) {
	uid, name, of, activity := b.In("class_uid"), b.In("class_name"), b.In("category_uid"), b.In("activity_name")
	vulnerable, malware := b.In("vulnerabilities"), b.In("malware")
	kind, category, types := b.Out("event.kind"), b.Out("event.category"), b.Out("event.type")
	return func(e *source.Event) {
		id, _ := source.ParseInt(e.Text(uid))
		if id == oldAPIActivity && string(e.Text(name)) == "API Activity" {
			id = apiActivity
		}
		c := find(classes, id)
		if group, ok := source.ParseInt(e.Text(of)); c == nil && ok {
			c = find(ofCategory, group)
		} else if c == nil {
			c = find(ofCategory, id%extension/1000)
		}
		if c == nil {
			e.SetText(kind, event)
			return
		}
		e.SetText(kind, c.kind)
		for _, name := range c.category {
			e.SetText(category, name)
		}
		if c.kind == alert {
			categorizeFinding(e, category, id, e.Has(malware), e.Has(vulnerable))
		}
		for _, name := range c.types {
			e.SetText(types, name)
		}
		for i := range doings {
			if d := &doings[i]; slices.Contains(d.classes, id) && containsText(d.activities, e.Text(activity)) {
				e.SetText(types, d.typ)
			}
		}
	}
}

func find(all []class, uid int64) *class {
	for i := range all {
		if all[i].uid == uid {
			return &all[i]
		}
	}
	return nil
}

// categorizeFinding goes by what a finding is of, and else by its class.
func categorizeFinding(e *source.Event, category source.Out, uid int64, malware, vulnerable bool) {
	if malware && uid == 2001 {
		e.SetText(category, "malware")
	}
	switch {
	case vulnerable || uid == 2002:
		e.SetText(category, "vulnerability")
	case uid == 2003:
		e.SetText(category, "configuration")
	case !malware || uid != 2001:
		e.SetText(category, "intrusion_detection")
	}
}

func containsText(all []string, text []byte) bool {
	for _, s := range all {
		if s == string(text) {
			return true
		}
	}
	return false
}
