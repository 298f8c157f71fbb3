package export

import "github.com/kraftctl/kraftctl/image"

// APIVersion is the version of the shape of all documents. It changes when a reader of the old shape would misread the new one.
const APIVersion = "kraftctl/v1"

// Kind is a kind of object.
type Kind string

// The kinds of objects.
const (
	// KindExport is the first document: where the others are from.
	KindExport Kind = "Export"
	KindTopic  Kind = "Topic"
	KindConfig Kind = "Config"
	KindQuota  Kind = "Quota"
	KindUser   Kind = "User"
	KindToken  Kind = "DelegationToken"
	KindACL    Kind = "ACL"
)

// Options say what is exported.
type Options struct {
	// Kinds are the kinds of objects wanted; the order of the output does not depend on theirs.
	Kinds []Kind
	// ShowSecrets puts SCRAM keys and sensitive configuration values into the output.
	ShowSecrets bool
	// Origin says where the image is from, for people.
	Origin string
	// Tool is who exports: "kraftctl 1.2".
	Tool string
	// Damaged counts the places of the log that could not be read.
	Damaged int
}

// member is a named part of an object. What value holds is one of string, bool, int64, float64, object, []object, []string,
// []int32, configs, partitions.
type member struct {
	name  string
	value any
}

// object is members in the order in which they are written.
type object []member

// partitions are the partitions of a topic, of which each is written as an object on one line.
type partitions struct{ *image.Topic }

// document is an object with its kind.
func document(kind Kind, members ...member) object {
	return append(object{{"apiVersion", APIVersion}, {"kind", string(kind)}}, members...)
}

// object is the settings by name; it is empty, not absent, when there are none.
func (s settings) object() object {
	o := object{}
	for _, one := range s.shown {
		o = append(o, member{one.key, one.value})
	}
	return o
}
