package agents

import (
	"testing"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
)

func TestAUserAgentNamesItsProgramSystemAndDevice(t *testing.T) {
	for text, want := range map[string]agent{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36":                           {"Chrome", "143.0.0.0", "Windows", "10.0", ""},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15":                     {"Safari", "18.3", "macOS", "10.15.7", "Mac"},
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                    {"Firefox", "128.0", "Linux", "x86_64", ""},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1": {"Safari", "18.3", "iOS", "18.3.1", "iPhone"},
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                                                  {"Googlebot", "2.1", "", "", "Spider"},
		"aws-cli/2.24.20 md/awscrt#0.23.8 ua/2.1 os/linux#6.8.0 lang/python#3.12.9":                                                                 {"aws-cli", "2.24.20", "Linux", "6.8.0", ""},
		"[aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184 botocore/1.12.239]":                                                                           {"aws-cli", "1.16.248", "Linux", "4.9.184", ""},
		"Boto3/1.37.11 md/Botocore#1.37.11 ua/2.1 os/macos#24.3.0 md/arch#arm64":                                                                    {"Boto3", "1.37.11", "macOS", "24.3.0", ""},
		"APN/1.0 HashiCorp/1.0 Terraform/1.11.2 (+https://www.terraform.io) terraform-provider-aws/5.91.0 os/linux":                                 {"Terraform", "1.11.2", "Linux", "", ""},
		"aws-sdk-java/1.12.1 Linux/5.10.0 OpenJDK_64-Bit_Server_VM/17":                                                                              {"aws-sdk-java", "1.12.1", "Linux", "5.10.0", ""},
		"signin.amazonaws.com":                   {"signin.amazonaws.com", "", "", "", ""},
		"AWS Internal":                           {"AWS Internal", "", "", "", ""},
		"a text of some words":                   {},
		"curl/8.11.1":                            {"curl", "8.11.1", "", "", ""},
		"-":                                      {},
		"":                                       {},
		"() { :; }; /bin/ping -c 1 198.51.100.9": {},
		"\"'><script>alert(1)</script>":          {},
	} {
		if got := parse(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestEachRowHasWhatItsUserAgentSays(t *testing.T) {
	r := enrichtest.New(t, "user_agent.original")
	for range 3 {
		r.Add("user_agent.original", "curl/8.11.1")
		r.Add()
	}
	r.Enrich(Agents{})
	if got := r.Flat(4)["user_agent.name"]; got != "curl" {
		t.Errorf("the program is %v", got)
	}
	if len(r.Flat(5)) > 0 {
		t.Errorf("a row without a user agent is %v", r.Flat(5))
	}
}

func FuzzAnyUserAgentIsParsed(f *testing.F) {
	for _, s := range []string{
		"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", "Mozilla/5.0 (Linux; Android 10; K) x",
		"Opera/9.80 (Windows NT 6.1) Presto/2.12 Version/12", "aws-cli/2 os/linux#6 Linux/5", "APN/1.0 x", "Mozilla/5.0 (", "Mozilla/5.0 \x00\xff ;;//",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, part := range parse(text) {
			if !utf8.ValidString(part) || len(part) > maxAgent {
				t.Errorf("%q has %q", text, part)
			}
		}
	})
}
