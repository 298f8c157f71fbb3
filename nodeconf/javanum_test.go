package nodeconf

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestNumbersLikeJava compares with testdata/numbers.tsv, which testdata/Numbers.java wrote with JDK 17.
func TestNumbersLikeJava(t *testing.T) {
	table, err := os.ReadFile("testdata/numbers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		raw, err := hex.DecodeString(columns[0][1:])
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		for i, bits := range []int{32, 64, 16} {
			have := "-"
			if n, ok := parseInteger(text, bits); ok {
				have = fmt.Sprint(n)
			}
			if have != columns[i+1] {
				t.Errorf("%q as %d bits: %s, Java says %s", text, bits, have, columns[i+1])
			}
		}
		have := "-"
		if f, ok := parseDouble(text); ok {
			have = doubleText(f)
		}
		if have != columns[4] {
			t.Errorf("%q as double: %s, Java says %s", text, have, columns[4])
		}
	}
}
