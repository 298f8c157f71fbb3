package shell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// pretty prints compact JSON as Jackson's JsonNode.toPrettyString does: `"name" : value`, lists on one line.
func pretty(compact []byte) string {
	dec := json.NewDecoder(bytes.NewReader(compact))
	dec.UseNumber()
	var out strings.Builder
	prettyValue(dec, &out, 0)
	return out.String()
}

// prettyValue prints the next value of a document that is known to be well formed.
func prettyValue(dec *json.Decoder, out *strings.Builder, level int) {
	token, err := dec.Token()
	if err != nil {
		return
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			prettyObject(dec, out, level)
		} else {
			prettyList(dec, out, level)
		}
	case string:
		out.WriteString(quoted(t))
	case nil:
		out.WriteString("null")
	default:
		fmt.Fprint(out, t)
	}
}

func prettyObject(dec *json.Decoder, out *strings.Builder, level int) {
	margin := "\n" + strings.Repeat(indent, level)
	out.WriteString("{")
	for first := true; dec.More(); first = false {
		if !first {
			out.WriteString(",")
		}
		name, _ := dec.Token()
		fmt.Fprintf(out, "%s%s%s : ", margin, indent, quoted(fmt.Sprint(name)))
		prettyValue(dec, out, level+1)
	}
	_, _ = dec.Token()
	out.WriteString(margin + "}")
}

func prettyList(dec *json.Decoder, out *strings.Builder, level int) {
	separator := "[ "
	for ; dec.More(); separator = ", " {
		out.WriteString(separator)
		prettyValue(dec, out, level)
	}
	_, _ = dec.Token()
	if separator == "[ " {
		out.WriteString("[")
	}
	out.WriteString(" ]")
}

// quoted is a JSON text with as few escapes as Jackson uses.
func quoted(s string) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return s
	}
	text := strings.TrimSuffix(buf.String(), "\n")
	return strings.NewReplacer("\\u2028", "\u2028", "\\u2029", "\u2029").Replace(text)
}

// recordVersion is the version at which the shell of that time prints records.
const recordVersion = 0

func prettyPartition(p *metadata.PartitionRecord) string {
	return pretty(p.AppendJSON(nil, recordVersion))
}

func prettyACL(r *metadata.AccessControlEntryRecord) string {
	return pretty(r.AppendJSON(nil, recordVersion))
}

func prettyFeature(r *metadata.FeatureLevelRecord) string {
	return pretty(r.AppendJSON(nil, recordVersion))
}

// registrationText is the generated RegisterBrokerRecord.toString of 3.3 and 3.4.
func registrationText(rel release.Release, r *metadata.RegisterBrokerRecord) string {
	migrating := ""
	if rel >= release.V3_4 {
		migrating = fmt.Sprintf("isMigratingZkBroker=%t, ", r.IsMigratingZkBroker)
	}
	var endpoints, features []string
	for _, e := range r.EndPoints {
		endpoints = append(endpoints, fmt.Sprintf("BrokerEndpoint(name='%s', host='%s', port=%d, securityProtocol=%d)", e.Name, e.Host, e.Port, e.SecurityProtocol))
	}
	for _, f := range r.Features {
		features = append(features, fmt.Sprintf("BrokerFeature(name='%s', minSupportedVersion=%d, maxSupportedVersion=%d)",
			f.Name, f.MinSupportedVersion, f.MaxSupportedVersion))
	}
	rack := "null"
	if r.Rack.Valid {
		rack = "'" + r.Rack.String + "'"
	}
	return fmt.Sprintf("RegisterBrokerRecord(brokerId=%d, %sincarnationId=%s, brokerEpoch=%d, endPoints=[%s], features=[%s], rack=%s, fenced=%t, inControlledShutdown=%t)",
		r.BrokerId, migrating, r.IncarnationId, r.BrokerEpoch, strings.Join(endpoints, ", "), strings.Join(features, ", "), rack, r.Fenced, r.InControlledShutdown)
}
