package nodeconf

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestWarnings compares what Kafka logs while it reads a file with what Judge collects.
func TestWarnings(t *testing.T) {
	compared, wrong := 0, 0
	for _, path := range oracleFiles(t) {
		for _, row := range readRows(t, path) {
			if !row.judged() {
				continue
			}
			var want, have []string
			for _, m := range row.LogMessages {
				want = append(want, m.Level+" "+m.Text)
			}
			for _, w := range Judge([]byte(row.Text), row.options(t)).Warnings {
				have = append(have, w.Level+" "+w.Message)
			}
			slices.Sort(want)
			slices.Sort(have)
			compared += len(want)
			if !slices.Equal(want, have) {
				wrong++
				t.Errorf("%s\n  Kafka: %q\n   ours: %q", row.ID, want, have)
			}
		}
	}
	t.Logf("%d messages; %d files differ", compared, wrong)
}

// TestEffective compares the Node of each accepted file with what Kafka's configuration object held.
func TestEffective(t *testing.T) {
	compared := 0
	for _, path := range oracleFiles(t) {
		for _, row := range readRows(t, path) {
			if row.Effective == nil || row.Effective.Mode != "kraft" {
				continue
			}
			node, problem := Load([]byte(row.Text), row.options(t))
			if problem != nil {
				continue // reported by TestVerdicts
			}
			compared++
			want, have := row.Effective.summary(), summary(node)
			if want != have {
				t.Errorf("%s\n  Kafka: %s\n   ours: %s", row.ID, want, have)
			}
		}
	}
	t.Logf("%d configurations", compared)
}

func (e *effectiveRow) summary() string {
	var voters []string
	for id, address := range e.QuorumVoters {
		if strings.HasPrefix(address, "unknown:") {
			address = "0.0.0.0:0" // up to 3.7 this address means unknown
		}
		voters = append(voters, id+"@"+resolved(address))
	}
	slices.Sort(voters)
	roles := slices.Clone(e.Roles)
	slices.Sort(roles)
	return fmt.Sprint("roles ", roles, " id ", e.NodeID, " listeners ", e.Listeners, " advertised ", e.Advertised, " controllers ", strings.Join(e.Controllers, ","),
		" between ", e.InterBroker, " dirs ", strings.Join(e.LogDirs, ","), " metadata ", e.MetadataDir, " map ", e.ProtocolMap, " voters ", voters)
}

// resolved is an address whose host, when it is a number, is written the one way Java resolves it to.
func resolved(address string) string {
	host, port := address[:strings.LastIndex(address, ":")], address[strings.LastIndex(address, ":"):]
	if n, err := strconv.ParseUint(host, 10, 32); err == nil {
		host = netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.String()
	}
	return host + port
}

func summary(n *Node) string {
	e := effectiveRow{
		NodeID: n.NodeID, Controllers: n.ControllerListenerNames, InterBroker: n.InterBrokerListenerName, LogDirs: n.LogDirs,
		MetadataDir: n.MetadataLogDir, ProtocolMap: n.ProtocolMap, QuorumVoters: map[string]string{},
	}
	if n.IsBroker() {
		e.Roles = append(e.Roles, "broker")
	}
	if n.IsController() {
		e.Roles = append(e.Roles, "controller")
	}
	address := func(p Endpoint) effectiveAddress { return effectiveAddress{p.Name, p.Host, p.Protocol, p.Port} }
	for _, p := range n.Listeners {
		e.Listeners = append(e.Listeners, address(p))
	}
	for _, p := range n.AdvertisedListeners {
		e.Advertised = append(e.Advertised, address(p))
	}
	for _, v := range n.Voters {
		e.QuorumVoters[fmt.Sprint(v.ID)] = fmt.Sprintf("%s:%d", v.Host, v.Port)
	}
	return e.summary()
}
