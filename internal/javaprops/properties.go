package javaprops

import "github.com/magiconair/properties"

// Properties is a file as Java holds it once read: one value a key, the last one given. It remembers
// every entry, so that the place of a key, and an earlier value that a later one hides, can be shown.
type Properties struct {
	entries []Entry
	last    map[string]int
	store   *properties.Properties
}

// Parse scans data into Properties. The error is Scan's; what could be read is returned all the same.
func Parse(data []byte) (*Properties, error) {
	entries, err := Scan(data)
	p := &Properties{last: make(map[string]int, len(entries)), store: properties.NewProperties()}
	p.store.DisableExpansion = true // Java knows no ${} here; config providers are Kafka's business
	for _, e := range entries {
		p.Add(e)
	}
	return p, err
}

// Add appends an entry, as a later line of the file would.
func (p *Properties) Add(e Entry) {
	p.last[e.Key] = len(p.entries)
	p.entries = append(p.entries, e)
	if e.Key != "" { // the store refuses an empty key, Java does not
		_, _, _ = p.store.Set(e.Key, e.Value) // fails only when expanding
	}
}

// Get is the value of key, the last one given, and whether there is one.
func (p *Properties) Get(key string) (string, bool) {
	if i, ok := p.last[key]; ok {
		return p.entries[i].Value, true
	}
	return "", false
}

// Lookup is the entry that decides the value of key.
func (p *Properties) Lookup(key string) (Entry, bool) {
	if i, ok := p.last[key]; ok {
		return p.entries[i], true
	}
	return Entry{}, false
}

// Entries lists all entries in file order, hidden ones included. The slice must not be changed.
func (p *Properties) Entries() []Entry { return p.entries }

// Deciding lists the entry that decides each key, in the order of the deciding lines.
func (p *Properties) Deciding() []Entry {
	deciding := make([]Entry, 0, len(p.last))
	for i, e := range p.entries {
		if p.last[e.Key] == i {
			deciding = append(deciding, e)
		}
	}
	return deciding
}

// Hidden lists the entries whose value a later line of the same key replaces.
func (p *Properties) Hidden() []Entry {
	var hidden []Entry
	for i, e := range p.entries {
		if p.last[e.Key] != i {
			hidden = append(hidden, e)
		}
	}
	return hidden
}

// Store is the same properties as a magiconair/properties value, for its typed getters. It lacks an
// entry with an empty key. Treat it as read-only.
func (p *Properties) Store() *properties.Properties { return p.store }
