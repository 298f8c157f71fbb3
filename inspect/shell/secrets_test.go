package shell

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// What Kafka's shell prints in the clear is masked in the same tree below /image, unless asked for.
func TestSecretsOfKafkasTree(t *testing.T) {
	f := fakeStates{
		&metadata.UserScramCredentialRecord{Name: "alice", Mechanism: 1, Salt: []byte("salt"), StoredKey: []byte("stored"), Iterations: 4096},
		configOf("1", "ssl.keystore.password", "hunter2"), configOf("1", "num.io.threads", "7"),
	}
	tree := NativeTree(f.build(len(f), image.DefaultOptions()), release.Newest())
	for _, secrets := range []bool{false, true} {
		s := &Session{Root: tree, Dir: "/", Secrets: secrets}
		var out bytes.Buffer
		if err := s.Run(&out, "tree", []string{"/"}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"73616c74", "hunter2"} {
			if strings.Contains(out.String(), secret) != secrets {
				t.Errorf("secrets %t, %s:\n%s", secrets, secret, out.String())
			}
		}
		if !strings.Contains(out.String(), "num.io.threads:\n") {
			t.Error(out.String())
		}
	}
}

func configOf(broker, name, value string) metadata.Record {
	r := &metadata.ConfigRecord{ResourceType: image.BrokerConfig, ResourceName: broker, Name: name}
	r.Value.Valid, r.Value.String = true, value
	return r
}
