package command

import (
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/kraftctl/kraftctl/inspect/dump"
)

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"-15m": now.Add(-15 * time.Minute), "-1h30m": now.Add(-90 * time.Minute), "-1d": now.AddDate(0, 0, -1), "-40d": now.AddDate(0, 0, -40),
		"2026-01-31T12:00:00Z": time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), "2026-01-31T12:00:00+02:00": time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC),
		"2026-01-31T12:00": time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), "2026-01-31 12:00:05": time.Date(2026, 1, 31, 12, 0, 5, 0, time.UTC),
		"2026-01-31": time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), "2026-01-31T12:00:00.25Z": time.Date(2026, 1, 31, 12, 0, 0, 25e7, time.UTC),
	} {
		if got, err := parseTime(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "-", "-5", "-5x", "31.1.2026", "12:00"} {
		if got, err := parseTime(text, now); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// options are the options that a command line gives.
func parsedDumpFlags(t *testing.T, args ...string) (dump.Options, error) {
	t.Helper()
	var f dumpFlags
	flags := pflag.NewFlagSet("dump", pflag.ContinueOnError)
	f.register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f.options(flags, time.UnixMilli(1_000_000))
}

func TestDumpRanges(t *testing.T) {
	o, err := parsedDumpFlags(t, "--from", "5", "--to", "-1m")
	if err != nil || o.Filter.Offsets.From != 5 || o.Filter.Offsets.Contains(4) || !o.Filter.Offsets.Contains(1<<62) {
		t.Errorf("%+v, %v", o.Filter.Offsets, err)
	}
	if !o.Filter.Times.Contains(940_000) || o.Filter.Times.Contains(940_001) || !o.Filter.Times.Contains(-1) {
		t.Errorf("%+v", o.Filter.Times)
	}
	if o, err := parsedDumpFlags(t); err != nil || o.Filter.Offsets != nil || o.Filter.Times != nil || o.Filter.Epoch != nil || o.Filter.Broker != nil {
		t.Errorf("%+v, %v", o.Filter, err)
	}
	if o, err := parsedDumpFlags(t, "--broker", "0", "--partition", "0", "--epoch", "0"); err != nil || *o.Filter.Broker != 0 || *o.Filter.Partition != 0 || *o.Filter.Epoch != 0 {
		t.Errorf("%+v, %v", o.Filter, err)
	}
}

func TestDumpFlagsRefused(t *testing.T) {
	for _, args := range [][]string{
		{"--output", "xml"},
		{"--limit", "-1"},
		{"--follow", "--reverse"},
		{"--follow", "--output", "json"},
		{"--from", "soon"},
		{"--to", "-x"},
		{"--type", "frob"},
		{"--grep", "["},
		{"--jq", "("},
	} {
		if _, err := parsedDumpFlags(t, args...); exitCode(err) != ExitUsage || err == nil {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestByteSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 19968: "19.5 KiB", 1 << 30: "1.0 GiB", 5 << 50: "5120.0 TiB"} {
		if got := byteSize(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
