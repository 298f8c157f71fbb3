package format

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// bootstrapNotice is the line in which 4.2 and later print the bootstrap records. Kafka prints the keys of SCRAM users
// too; only a drop-in does so here.
func (p *planner) bootstrapNotice() {
	records := make([]string, len(p.plan.Records))
	for i, record := range p.plan.Records {
		records[i] = fmt.Sprintf("ApiMessageAndVersion(%s at version 0)", p.describe(record))
	}
	p.plan.Bootstrap = fmt.Sprintf("Bootstrap metadata: BootstrapMetadata(records=[%s], metadataVersionLevel=%d, source=format command)",
		strings.Join(records, ", "), p.plan.MetadataVersion.Level)
}

// describe is the toString of a generated record class.
func (p *planner) describe(record metadata.Record) string {
	switch r := record.(type) {
	case *metadata.FeatureLevelRecord:
		return fmt.Sprintf("FeatureLevelRecord(name='%s', featureLevel=%d)", r.Name, r.FeatureLevel)
	case *metadata.UserScramCredentialRecord:
		return fmt.Sprintf("UserScramCredentialRecord(name='%s', mechanism=%d, salt=%s, storedKey=%s, serverKey=%s, iterations=%d)",
			r.Name, r.Mechanism, p.bytes(r.Salt), p.bytes(r.StoredKey), p.bytes(r.ServerKey), r.Iterations)
	}
	return fmt.Sprintf("%T", record)
}

// bytes is Arrays.toString of a byte array, or a mask.
func (p *planner) bytes(raw []byte) string {
	if !p.req.Exact {
		return release.Redacted
	}
	signed := make([]string, len(raw))
	for i, b := range raw {
		signed[i] = fmt.Sprint(int8(b))
	}
	return "[" + strings.Join(signed, ", ") + "]"
}
