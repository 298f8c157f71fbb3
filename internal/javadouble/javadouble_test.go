package javadouble_test

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/javadouble"
)

// TestGolden compares with Double.toString of JDK 17.0.15: bits in hex, a tab, the text.
func TestGolden(t *testing.T) {
	f, err := os.Open("testdata/jdk17.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		hex, want, _ := strings.Cut(lines.Text(), "\t")
		bits, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(javadouble.Append(nil, math.Float64frombits(bits))); got != want {
			t.Errorf("%s: got %s, want %s", hex, got, want)
			if bad++; bad > 20 {
				t.FailNow()
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestReadBack checks that the text still tells a value apart from all others.
func TestReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		if math.IsInf(v, 0) || math.IsNaN(v) {
			t.Skip("not finite")
		}
		text := string(javadouble.Append(nil, v))
		got, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(got-v) > math.Abs(math.Nextafter(v, math.Inf(1))-v) {
			t.Fatalf("%v is printed as %s (%v)", v, text, err)
		}
	})
}

// TestAllocs: values as they occur in quotas cost no memory.
func TestAllocs(t *testing.T) {
	buf := make([]byte, 0, 64)
	for _, v := range []float64{7, 0.25, 1048576, 12345.678, 1e9, 200.5} {
		if n := testing.AllocsPerRun(100, func() { buf = javadouble.Append(buf[:0], v) }); n != 0 {
			t.Errorf("%v: %v allocations", v, n)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	buf := make([]byte, 0, 64)
	for b.Loop() {
		buf = javadouble.Append(buf[:0], 12345.678)
	}
}
