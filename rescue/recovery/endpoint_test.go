package recovery

import (
	"maps"
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	for text, want := range map[string]string{
		"1=CONTROLLER://host:9093":       "1 CONTROLLER://host:9093",
		"12=controller://10.0.0.1:1":     "12 CONTROLLER://10.0.0.1:1",
		"3=C-2.x_y://[2001:db8::1]:9093": "3 C-2.X_Y://[2001:db8::1]:9093",
		"1=CONTROLLER://host:0":          "between 1 and 65535",
		"1=CONTROLLER://host:65536":      "between 1 and 65535",
		"1=CONTROLLER://host":            "not of the form",
		"CONTROLLER://host:1":            "not of the form",
		"1=CONTROLLER://a:b:1":           "not of the form",
		"1=CONTROLLER://:1":              "not of the form",
		"4294967296=C://h:1":             "not of the form",
		"-1=C://h:1":                     "not of the form",
		"":                               "not of the form",
	} {
		e, err := ParseEndpoint(text)
		got := texts([]int32{e.Voter})[0] + " " + e.String()
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestParseStaticVoters(t *testing.T) {
	got, err := ParseStaticVoters(" 1@a:1, 2@b:2,")
	if err != nil || !maps.Equal(got, map[int32]string{1: "a:1", 2: "b:2"}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"a:1", "x@a:1", "1@", "-1@a:1"} {
		if _, err := ParseStaticVoters(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func FuzzParseEndpoint(f *testing.F) {
	f.Add("1=CONTROLLER://host:9093")
	f.Add("3=C://[::1]:1")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEndpoint(text)
		if err != nil {
			return
		}
		again, err := ParseEndpoint(texts([]int32{e.Voter})[0] + "=" + e.String())
		if err != nil || again != e {
			t.Errorf("%q is %+v, and then %+v, %v", text, e, again, err)
		}
	})
}
