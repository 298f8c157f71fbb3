package javahash_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/javahash"
)

// testdata/orders.tsv was printed by JDK 17: lines of four, the keys in insertion order, then the iteration order of
// a HashSet they were added to, of new HashSet<>(list) and of new HashMap<>(linkedMap).
func TestOrderIsJavas(t *testing.T) {
	text, err := os.ReadFile("testdata/orders.tsv")
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]func([]string) []string{
		"added": javahash.Order,
		"set":   func(keys []string) []string { return javahash.CopyOf(keys).Keys() },
		"map":   func(keys []string) []string { return javahash.MapCopyOf(keys).Keys() },
	}
	var keys []string
	for line := range strings.Lines(string(text)) {
		label, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		var fields []string
		if rest != "" {
			fields = strings.Split(rest, "\t")
		}
		if label == "keys" {
			keys = fields
			continue
		}
		if got := orders[label](keys); !slices.Equal(got, fields) {
			t.Errorf("%s of %q = %q; Java's is %q", label, keys, got, fields)
		}
	}
}

func TestStringHash(t *testing.T) {
	// Values printed by String.hashCode of JDK 17.
	for text, want := range map[string]int32{"": 0, "a": 97, "Aa": 2112, "BB": 2112, "/var/lib/kafka/data": -1236548332, "😀": 1772899} {
		if got := javahash.StringHash(text); got != want {
			t.Errorf("StringHash(%q) = %d; want %d", text, got, want)
		}
	}
}

func TestSetHoldsEachKeyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.StringN(0, 3, -1)).Draw(t, "keys")
		set := javahash.NewSet(rapid.IntRange(0, 40).Draw(t, "capacity"))
		seen := map[string]bool{}
		for _, key := range keys {
			if fresh := set.Add(key); fresh == seen[key] {
				t.Fatalf("Add(%q) = %v though seen is %v", key, fresh, seen[key])
			}
			seen[key] = true
		}
		if set.Len() != len(seen) || len(set.Keys()) != len(seen) {
			t.Fatalf("%d keys held, %d listed; want %d", set.Len(), len(set.Keys()), len(seen))
		}
		for _, key := range set.Keys() {
			if !seen[key] {
				t.Fatalf("%q was never added", key)
			}
		}
	})
}
