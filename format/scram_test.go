package format_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

func scramRequest(t *testing.T, r release.Release, arguments ...string) format.Request {
	return format.Request{Release: r, Node: node(t, r, staticConfig, t.TempDir()+"/d"), ClusterID: testCluster, Scram: arguments}
}

func users(plan *format.Plan) []*metadata.UserScramCredentialRecord {
	var found []*metadata.UserScramCredentialRecord
	for _, record := range plan.Records {
		if user, ok := record.(*metadata.UserScramCredentialRecord); ok {
			found = append(found, user)
		}
	}
	return found
}

// The keys are held against another implementation of RFC 5802.
func TestScramKeys(t *testing.T) {
	r := release.Newest()
	base := node(t, r, staticConfig, t.TempDir()+"/d")
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringMatching(`[a-zA-Z0-9.]{1,20}`).Draw(t, "password")
		salt := rapid.SliceOfN(rapid.Byte(), 1, 24).Draw(t, "salt")
		mechanism := rapid.SampledFrom([]struct {
			name string
			code int8
			hash scram.HashGeneratorFcn
		}{{"SCRAM-SHA-256", 1, scram.SHA256}, {"SCRAM-SHA-512", 2, scram.SHA512}}).Draw(t, "mechanism")
		argument := fmt.Sprintf("%s=[name=ann,salt=%s,iterations=4097,password=%s]", mechanism.name, base64.StdEncoding.EncodeToString(salt), password)
		plan, err := format.NewPlan(format.Request{Release: r, Node: base, ClusterID: testCluster, Scram: []string{argument}}, surroundings())
		if err != nil {
			t.Fatal(err)
		}
		client, err := mechanism.hash.NewClient("ann", password, "")
		if err != nil {
			t.Fatal(err)
		}
		want, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: string(salt), Iters: 4097})
		if err != nil {
			t.Fatal(err)
		}
		got := users(plan)[0]
		if got.Mechanism != mechanism.code || got.Iterations != 4097 || !bytes.Equal(got.Salt, salt) ||
			!bytes.Equal(got.StoredKey, want.StoredKey) || !bytes.Equal(got.ServerKey, want.ServerKey) {
			t.Fatalf("%s: %+v; want %+v", argument, got, want)
		}
	})
}

func TestScramDefaults(t *testing.T) {
	for _, r := range []release.Release{release.V3_5, release.V3_9} {
		plan := planned(t, scramRequest(t, r, "SCRAM-SHA-256=[name=ann,password=x]", "SCRAM-SHA-512=[name=ann,password=x]"))
		both := users(plan)
		if len(both) != 2 || both[0].Iterations != 4096 || len(both[0].Salt) == 0 || bytes.Equal(both[0].Salt, both[1].Salt) {
			t.Errorf("%s: users %+v", r, both)
		}
	}
}

// The texts are those the real tools printed; more are replayed in cmd/internal/command.
func TestScramRefusals(t *testing.T) {
	tests := []struct {
		r              release.Release
		argument, want string
	}{
		{release.V3_5, "SCRAM-SHA-256=[name=ann,salt=N3E=,password=x]", "key not found: iterations"},
		{release.V3_5, "SCRAM-SHA-256=[]", "Index 1 out of bounds for length 1"},
		{release.V3_5, " ", "Index 0 out of bounds for length 0"},
		{release.V3_5, "SCRAM-SHA-256=", "begin 1, end -1, length 0"},
		{release.V3_9, "SCRAM-SHA-256=[name=ann,salt=N3E=,iterations=1,password=x]", "The 'iterations' value must be >= 4096 for add-scram using SCRAM_SHA_256"},
		{release.V3_9, "SCRAM-SHA-256=[name=ann,password=]", "Empty key"},
		{release.V3_9, "SCRAM-SHA-256=[ name=ann,password=x]", "You must supply 'name' to add-scram"},
		{release.V4_4, "SCRAM-SHA-1=[name=ann,password=x]", "The add-scram mechanism SCRAM-SHA-1 is not supported."},
	}
	for _, test := range tests {
		if got := refusal(t, scramRequest(t, test.r, test.argument)).Message; got != test.want {
			t.Errorf("%s %q: %q; want %q", test.r, test.argument, got, test.want)
		}
	}
}

// No refusal that is shown natively repeats a password.
func TestScramRefusalsKeepSecrets(t *testing.T) {
	secret := "tr0ub4dor"
	for _, argument := range []string{
		secret, "SCRAM-SHA-256=[name=ann,password=a," + secret + "]", "SCRAM-SHA-256=[name=ann,salt=N3E=,saltedpassword=!" + secret + "]",
	} {
		got := refusal(t, scramRequest(t, release.Newest(), argument))
		if strings.Contains(got.Error(), secret) {
			t.Errorf("%q is shown in %q", secret, got)
		}
		if !strings.Contains(got.Message, secret) {
			t.Errorf("Kafka's own text %q should have the argument", got.Message)
		}
	}
}

func TestScramNeedsMetadataVersion(t *testing.T) {
	for r, want := range map[release.Release]string{
		release.V3_5: "SCRAM is only supported in metadataVersion IBP_3_5_IV2 or later.",
		release.V4_4: "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
	} {
		req := scramRequest(t, r, "SCRAM-SHA-256=[name=ann,password=x]")
		req.ReleaseVersion = pointer("3.4")
		if got := refusal(t, req).Message; got != want {
			t.Errorf("%s: %q; want %q", r, got, want)
		}
	}
}
