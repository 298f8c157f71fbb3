package bundle

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// disabled is a comment that is an entry somebody has taken out.
var disabled = pattern.Lazy(`^(\s*[#!][#!\s]*)([^\s=:]+)(\s*[=:]\s*)(.*)$`)

// comments masks what looks like a secret in comments: a disabled entry, and the lines it goes on in.
func (m *masker) comments() {
	going := false
	for i := range m.lines {
		l := &m.lines[i]
		trimmed := bytes.TrimLeft(l.text, " \t\f")
		if l.taken || len(trimmed) == 0 || trimmed[0] != '#' && trimmed[0] != '!' {
			going = false
			continue
		}
		on := l.goesOn()
		going = m.comment(i, string(l.text), going) && on
	}
}

// spoken are the words that a comment has which may tell a secret.
var spoken = pattern.Lazy(`(?i)passw|passphrase|\bpwd\b|secret|credential|\bcreds\b|\btokens?\b|jaas|(?:private|api|access)[ ._-]?key`)

// comment masks one comment when it has, or may have, a secret. going tells that it goes on from one that was masked.
func (m *masker) comment(i int, text string, going bool) bool {
	sign := strings.IndexAny(text, "#!") + 1
	head, tail := text[:sign], text[sign:]
	secret := spoken().MatchString(tail) || revealing(tail)
	if parts := disabled().FindStringSubmatch(text); parts != nil && !going {
		switch setting := settingOf(parts[2]); {
		case release.Sensitive(setting):
			head, tail, secret = parts[1]+parts[2]+parts[3], parts[4], true
		case len(release.ConfigKeyHistory(setting)) > 0:
			head, tail, secret = parts[1]+parts[2]+parts[3], parts[4], revealing(parts[4])
		}
	}
	if !going && !secret {
		return false
	}
	m.hide(i, head, tail)
	return true
}

// hide masks the end of a comment. The scan looks for it only where it does not look like words.
func (m *masker) hide(i int, head, tail string) {
	value := strings.TrimSpace(strings.TrimRight(tail, "\\"))
	for _, secret := range append(assigned(value), value) {
		if unlikeWords(secret) {
			m.found([]byte(secret), fmt.Sprintf("%s line %d: a comment", m.where, i+1))
		}
	}
	if masked := mask(value); masked != value {
		m.set(i, []byte(head+masked))
	}
}

// unlikeWords tells whether a text is one word that no language has.
func unlikeWords(s string) bool {
	return !strings.ContainsAny(s, " \t") && strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

// maskKnown replaces, in the comments of a properties file, secrets that are known from elsewhere.
func maskKnown(data []byte, where string, p *patterns) (*maskedFile, error) {
	m, _, err := newMasker(data, where)
	if err != nil {
		return nil, err
	}
	for i, l := range m.lines {
		if masked := p.mask(l.text); !l.taken && !bytes.Equal(masked, l.text) {
			m.set(i, masked)
		}
	}
	return &maskedFile{data: m.join(), lines: m.changed}, nil
}
