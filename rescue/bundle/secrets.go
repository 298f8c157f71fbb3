package bundle

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// minScan is the length, in bytes, from which on a secret is searched for. Shorter ones occur by chance.
const minScan = 6

// secrets are all secrets that were found, each with the place where it was found first.
type secrets struct{ places map[string]string }

// add adds a secret.
func (s *secrets) add(secret []byte, where string) {
	if _, ok := s.places[string(secret)]; !ok && len(secret) > 0 && string(secret) != Marker {
		if s.places == nil {
			s.places = map[string]string{}
		}
		s.places[string(secret)] = where
	}
}

// has tells whether a secret is known.
func (s *secrets) has(secret []byte) bool {
	_, ok := s.places[string(secret)]
	return ok || len(secret) == 0 || string(secret) == Marker
}

// patterns are the forms of all secrets that can be searched for.
type patterns struct {
	list []needle
	// byHead has the patterns that begin with the same minScan bytes; heads tells quickly of most that there are none.
	byHead map[uint64][]int32
	heads  []uint64
	// shift makes of a spread head its place in heads.
	shift uint
	// longest is the length of the longest pattern.
	longest int
	// short and common are the places of secrets that are not searched for: shorter than minScan, or a part of the names that
	// Kafka and this package use themselves.
	short, common []string
}

// needle is a form of a secret that is searched for.
type needle struct {
	text  []byte
	where string
}

// compile makes the patterns.
func (s *secrets) compile() *patterns {
	p := &patterns{byHead: map[uint64][]int32{}}
	words := vocabulary()
	for _, secret := range slices.Sorted(maps.Keys(s.places)) {
		where := s.places[secret]
		switch {
		case len(secret) < minScan:
			p.short = append(p.short, where)
		case strings.Contains(words, strings.ToLower(secret)):
			p.common = append(p.common, where)
		default:
			for _, form := range forms([]byte(secret)) {
				p.add(needle{text: form, where: where})
			}
		}
	}
	slices.Sort(p.short)
	slices.Sort(p.common)
	p.sieve()
	for _, same := range p.byHead {
		// Longer ones first, so that masking takes all of them.
		slices.SortFunc(same, func(a, b int32) int { return cmp.Compare(len(p.list[b].text), len(p.list[a].text)) })
	}
	return p
}

func (p *patterns) add(one needle) {
	if len(one.text) < minScan {
		return
	}
	h := head(one.text)
	p.byHead[h] = append(p.byHead[h], int32(len(p.list)))
	p.list = append(p.list, one)
	p.longest = max(p.longest, len(one.text))
}

// sieve fills the table of heads, which has so many bits that few of them are set.
func (p *patterns) sieve() {
	size := max(12, bits.Len(uint(16*len(p.byHead))))
	p.shift = uint(64 - size)
	p.heads = make([]uint64, 1<<size/64)
	for h := range p.byHead {
		at := spread(h) >> p.shift
		p.heads[at/64] |= 1 << (at % 64)
	}
}

// head is the first minScan bytes as a number.
func head(b []byte) uint64 {
	_ = b[minScan-1]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40
}

func spread(h uint64) uint64 { return h * 0x9e3779b97f4a7c15 }

// forms are the ways in which a secret may be written: as it is, in hexadecimal, in base64 wherever it begins within a longer
// text, and escaped as JSON, Kafka and properties files do.
func forms(secret []byte) [][]byte {
	all := [][]byte{secret}
	lower := hex.EncodeToString(secret)
	all = append(all, []byte(lower), []byte(strings.ToUpper(lower)))
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			all = append(all, inBase64(encoding, secret, shift))
		}
	}
	text := string(secret)
	if quoted, err := json.Marshal(text); err == nil {
		all = append(all, quoted[1:len(quoted)-1])
	}
	quoted := metadata.AppendJSONString(nil, text)
	all = append(all, quoted[1:len(quoted)-1])
	for _, escaping := range []javaprops.Escaping{javaprops.ToWriter, javaprops.ToStream} {
		all = append(all, []byte(javaprops.EscapeValue(text, escaping)))
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal)
}

// inBase64 is what of a secret can be seen in base64 when so many bytes of a group of three are before it: the characters that
// are of its bytes alone.
func inBase64(encoding *base64.Encoding, secret []byte, shift int) []byte {
	text := encoding.EncodeToString(append(make([]byte, shift), secret...))
	skip := (shift*8 + 5) / 6
	whole := (shift + len(secret)) * 8 / 6
	return []byte(text[skip:whole])
}

// vocabulary is, in lower case, what is public: the names of configurations, types and fields. A password that is a part of it
// stands everywhere.
func vocabulary() string {
	var b strings.Builder
	for _, r := range release.All() {
		for _, k := range release.ConfigKeys(r) {
			b.WriteString(strings.ToLower(k.Name) + "\n")
		}
	}
	for _, t := range metadata.Types() {
		b.WriteString(strings.ToLower(t.Name+"\n"+t.DumpName) + "\n")
		b.Write(bytes.ToLower(t.New().AppendJSON(nil, t.Highest())))
	}
	for _, t := range metadata.ControlTypes() {
		b.WriteString(strings.ToLower(t.Name+"\n"+t.DumpName) + "\n")
		b.Write(bytes.ToLower(t.New().AppendJSON(nil, metadata.ControlVersion)))
	}
	b.WriteString(strings.ToLower(Marker+"\n"+manual) + "\n")
	return b.String()
}
