package release

import (
	"slices"
	"strings"
	"testing"
)

// The counts are those KafkaConfig.configDef().configKeys() has in each released jar.
func TestConfigKeyCounts(t *testing.T) {
	counts := map[Release]int{
		V3_3: 265, V3_4: 270, V3_5: 282, V3_6: 289, V3_7: 295, V3_8: 313, V3_9: 329,
		V4_0: 306, V4_1: 336, V4_2: 341, V4_3: 360, V4_4: 379,
	}
	for _, r := range All() {
		keys := ConfigKeys(r)
		if len(keys) != counts[r] {
			t.Errorf("%s has %d keys, want %d", r, len(keys), counts[r])
		}
		for i, key := range keys {
			if key.Order(r) != i {
				t.Errorf("%s: %s has place %d, want %d", r, key.Name, key.Order(r), i)
			}
			if found, ok := LookupConfigKey(r, key.Name); !ok || found != key {
				t.Errorf("%s: %s is not found by its name", r, key.Name)
			}
		}
	}
}

func TestConfigKeysAreSorted(t *testing.T) {
	if !slices.IsSortedFunc(configKeys[:], func(a, b ConfigKey) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return int(a.Since) - int(b.Since)
	}) {
		t.Error("a binary search needs the rows sorted by name and release")
	}
	for i, key := range configKeys {
		if key.row != i || key.Until < key.Since {
			t.Errorf("row %d is %+v", i, key)
		}
	}
}

func TestLookupConfigKey(t *testing.T) {
	key, ok := LookupConfigKey(V4_0, "log.segment.bytes")
	if !ok || key.Type != TypeInt || key.Check != CheckRange || key.Min != "1048576" {
		t.Errorf("log.segment.bytes in 4.0 is %+v", key)
	}
	if key, _ := LookupConfigKey(V3_9, "log.segment.bytes"); key.Min != "14" {
		t.Errorf("log.segment.bytes in 3.9 is %+v", key)
	}
	for _, name := range []string{"", "zzz", "LOG.DIRS", "zookeeper.connect"} {
		if key, ok := LookupConfigKey(V4_0, name); ok {
			t.Errorf("4.0 knows %q: %+v", name, key)
		}
	}
	if key, _ := LookupConfigKey(V4_2, "listeners"); key.Type != TypeList || key.EmptyAllowed {
		t.Errorf("listeners in 4.2 is %+v", key)
	}
}

func TestConfigKeyHistory(t *testing.T) {
	history := ConfigKeyHistory("node.id")
	if len(history) != 2 || history[0].Until != V3_9 || history[1].Kind != DefaultRequired || history[1].Min != "0" {
		t.Errorf("node.id: %+v", history)
	}
	if got := ConfigKeyHistory("no.such.key"); len(got) != 0 {
		t.Errorf("no.such.key: %+v", got)
	}
}

func TestRequiredConfigKeys(t *testing.T) {
	for r, want := range map[Release]string{V3_9: "", V4_0: "process.roles node.id", V4_2: "process.roles node.id controller.listener.names"} {
		var names []string
		for _, key := range RequiredConfigKeys(r) {
			names = append(names, key.Name)
		}
		if have := strings.Join(names, " "); have != want {
			t.Errorf("%s requires %q, want %q", r, have, want)
		}
	}
}

func TestConfigTypeNames(t *testing.T) {
	if TypeString.String() != "STRING" || TypeClass.String() != "CLASS" || TypeDouble.String() != "DOUBLE" {
		t.Error("types are printed as Kafka prints them")
	}
}

func BenchmarkLookupConfigKey(b *testing.B) {
	for b.Loop() {
		LookupConfigKey(V4_4, "listeners")
	}
}
