package image

import (
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

func TestRedacted(t *testing.T) {
	marker := []byte(release.Redacted)
	alice, bob := User{Name: "alice"}, User{Name: "bob"}
	node := Resource{Type: 4, Name: "1"}
	for _, c := range []struct {
		img  Image
		want string
	}{
		{Image{}, ""},
		{Image{Users: map[User]*Credential{alice: {Salt: []byte("salt"), StoredKey: []byte("key")}}}, ""},
		{Image{Users: map[User]*Credential{alice: {Salt: []byte("salt"), StoredKey: marker}}}, "SCRAM user alice"},
		{Image{Users: map[User]*Credential{bob: {Salt: marker}, alice: {Salt: marker}}}, "SCRAM user alice"},
		{Image{Configs: map[Resource]map[string]string{node: {"retention.ms": "1"}}}, ""},
		{Image{Configs: map[Resource]map[string]string{node: {"ssl.key.password": release.Redacted}}}, "configuration ssl.key.password"},
		{Image{Configs: map[Resource]map[string]string{node: {"a": release.Redacted}}, Users: map[User]*Credential{bob: {Salt: marker}}}, "SCRAM user bob"},
	} {
		if got := c.img.Redacted(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestRedactedValue(t *testing.T) {
	for value, want := range map[string]bool{"": false, "redacted": false, release.Redacted: true, "https://joe:" + release.Redacted + "@host": true} {
		if got := RedactedValue(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}
