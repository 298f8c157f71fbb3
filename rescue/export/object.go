package export

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
	// ShowSecrets puts SCRAM keys and sensitive configuration values into the output. Those in whose place [release.Redacted] is stay
	// hidden: they are not known.
	ShowSecrets bool
	// Origin says where the image is from, for people.
	Origin string
	// Tool is who exports: "kraftctl 1.2".
	Tool string
	// Damaged counts the places of the log that cannot be read, or do not fit the rest: no export of it is known to be complete.
	Damaged int
}
