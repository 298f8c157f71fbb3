package metadata_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

var writeCases = flag.String("write-cases", "", "write new random record values in hex to this file, for testdata/oracle/RecordOracle.java")

// TestKafkaOracle compares with what Kafka's own classes print for random values of every type and version, and for damaged ones.
func TestKafkaOracle(t *testing.T) {
	if *writeCases != "" {
		if err := os.WriteFile(*writeCases, cases(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	goldens, err := filepath.Glob("testdata/oracle/*.txt.gz")
	if err != nil || len(goldens) == 0 {
		t.Fatalf("no goldens (%v)", err)
	}
	for _, golden := range goldens {
		t.Run(filepath.Base(golden), func(t *testing.T) { compareGolden(t, golden) })
	}
}

func compareGolden(t *testing.T, golden string) {
	line := regexp.MustCompile(`\d+\.\d+`).FindString(golden)
	rel, err := release.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	dec := metadata.NewDumpDecoder(rel)
	bad := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(gunzip(t, golden), "\n"), "\n") {
		value, want, _ := strings.Cut(line, "\t")
		raw, err := hex.DecodeString(value)
		if err != nil {
			t.Fatal(err)
		}
		if got := answer(dec, raw); got != want {
			t.Errorf("%s\n got %q\nwant %q", value, got, want)
			if bad++; bad == 10 {
				t.FailNow()
			}
		}
	}
}

// answer is our side of RecordOracle.answer.
func answer(dec *metadata.Decoder, value []byte) string {
	rec, version, err := dec.Decode(value)
	var problem *metadata.DecodeError
	if errors.As(err, &problem) {
		return "Error: " + problem.KafkaMessage()
	}
	if unknown, ok := rec.(*metadata.Unknown); ok {
		return "Error: " + unknown.KafkaMessage()
	}
	return string(dec.AppendDump(nil, rec, version))
}

// cases are values of every type and version, one a line in hex; a third of them damaged.
func cases() []byte {
	f := filler{rand.New(rand.NewPCG(1, 2))}
	var out bytes.Buffer
	for _, typ := range metadata.Types() {
		for version := int16(0); version <= typ.Highest()+1; version++ {
			for i := range 40 {
				value := metadata.AppendFramed(nil, f.record(&typ), version)
				if i%3 == 2 {
					value = f.damage(value)
				}
				fmt.Fprintf(&out, "%x\n", value)
			}
		}
	}
	return out.Bytes()
}

// damage changes, removes or adds a few bytes.
func (f filler) damage(value []byte) []byte {
	switch f.IntN(4) {
	case 0:
		return value[:f.IntN(len(value))]
	case 1:
		return append(value, f.bytes()...)
	}
	for range 1 + f.IntN(3) {
		value[f.IntN(len(value))] = byte(f.Uint32())
	}
	return value
}

func gunzip(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
