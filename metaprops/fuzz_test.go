package metaprops_test

import (
	"errors"
	"testing"

	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Any file is either refused with a reason or understood; what is understood in version 1 and written again is understood
// the same, as long as it is ASCII: Kafka writes UTF-8 and reads Latin-1.
func FuzzParse(f *testing.F) {
	f.Add([]byte("#\n#x\nnode.id=1\ndirectory.id=MvDxzVmcRsaTz33buURU6A\nversion=1\ncluster.id=XcZZOzUqS4yHOjhMQB6JLQ\n"))
	f.Add([]byte("version=0\nbroker.id=5\ncluster.id=a\\u0062c"))
	f.Add([]byte("version: +1\r\nnode.id 7\r\ncluster.id=\\\r\n  x"))
	f.Add([]byte("version=2"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := metaprops.Parse(data)
		if err != nil {
			var fault *metaprops.ParseError
			if !errors.As(err, &fault) || fault.Message == "" || fault.Class == "" {
				t.Fatalf("refused without a reason: %#v", err)
			}
			return
		}
		if first.Version != 1 || !ascii(first.ClusterID) {
			return
		}
		again, err := metaprops.Parse(first.Marshal(release.V4_3, now))
		if err != nil || shown(again) != shown(first) {
			t.Fatalf("%s became %s, %v", shown(first), shown(again), err)
		}
	})
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
