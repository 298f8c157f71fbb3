package history

import "strings"

// short are the short forms of paths, by their first element.
var short = map[string]string{
	"topic": "/topics/byName", "partition": "/topics/byName", "broker": "/brokers", "controller": "/controllers", "voter": "/voters",
	"config": "/configs", "acl": "/acls", "user": "/users", "quota": "/quotas", "feature": "/features", "token": "/tokens",
}

// kafka are the paths of Kafka's shell, below /image, that are called otherwise here.
var kafka = []struct{ theirs, ours string }{
	{"/cluster/", "/"},
	{"/features/finalizedVersions", "/features"},
	{"/clientQuotas", "/quotas"},
	{"/acls/byId", "/acls"},
	{"/delegationToken/tokens", "/tokens"},
	{"/producerIds/nextProducerId", "/producerIds"},
	{"/provenance", "/provenance"},
}

// Path makes of what a person writes the path of an image: "/topics/byName/orders/0" stays as it is, "topic/orders",
// "partition/orders/0" and "partition/orders-0" are short forms of it, and "/image/topics/byName/orders/0" is what Kafka's shell calls it.
func Path(text string) string {
	text = "/" + strings.Trim(text, "/")
	first, rest, _ := strings.Cut(text[1:], "/")
	if first == "image" {
		text = "/" + rest
		for _, k := range kafka {
			if below, ok := strings.CutPrefix(text, k.theirs); ok {
				return strings.TrimSuffix(k.ours+below, "/")
			}
		}
		return text
	}
	long, ok := short[first]
	if !ok {
		return text
	}
	if first == "partition" && !strings.Contains(rest, "/") {
		if i := strings.LastIndexByte(rest, '-'); i > 0 {
			rest = rest[:i] + "/" + rest[i+1:]
		}
	}
	return strings.TrimSuffix(long+"/"+rest, "/")
}
