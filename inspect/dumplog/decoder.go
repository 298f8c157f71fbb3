package dumplog

import "github.com/kraftctl/kraftctl/release"

// decoderClass is a decoder that Kafka brings along.
type decoderClass struct {
	releases release.Range
	// renamed is the class that is used in its place, after a note on stdout.
	renamed string
}

// stringDecoders are the classes that decode UTF-8 text.
var stringDecoders = map[string]decoderClass{
	"kafka.serializer.StringDecoder":           {release.Until(release.V3_9), "org.apache.kafka.tools.api.StringDecoder"},
	"org.apache.kafka.tools.api.StringDecoder": {releases: release.Since(release.V3_8)},
}

// CheckDecoder looks up the class of a decoder of keys or values. A class that is not the decoder of text cannot be loaded here:
// the error is the [*Exception] that Kafka ends with for a class it does not find. A note about an old name is added to opts.
func CheckDecoder(opts *Options, class string) error {
	manners := mannersOf(opts.Release)
	known, ok := stringDecoders[class]
	switch {
	case ok && known.releases.Contains(opts.Release):
		if known.renamed != "" && manners.has(announcesDecoders) {
			opts.Notes = append(opts.Notes, class+" is deprecated. Please use "+known.renamed+" instead")
		}
		return nil
	case manners.has(wrapsMissingClass):
		return throw(runtimeException, "Failed to load decoder class")
	}
	return throw("java.lang.ClassNotFoundException", "%s", class)
}

// commits are the builds of the releases that --version tells, as far as it tells them.
var commits = map[release.Release]string{
	release.V3_3: "b66af662e61082cb",
	release.V3_4: "8a516edc2755df89",
}

// Version is what --version prints.
func Version(r release.Release) string {
	if commit, ok := commits[r]; ok {
		return r.Observed() + " (Commit:" + commit + ")"
	}
	return r.Observed()
}
