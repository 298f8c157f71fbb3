package main

import "fmt"

// expr fills a kind's expression in for field f of receiver x.
func (f *field) expr(layout string) string {
	return fmt.Sprintf(layout+"%.0[1]s%.0[2]s%.0[3]s", "x."+f.Name, f.jsonName(), f.zero())
}

// decoder prints the decode method; guard is what it checks first.
func decoder(p *printer, name string, fields []*field, guard string) {
	p.f("func (x *%s) decode(rd *wire.Reader, version int16) {", name)
	if guard != "" {
		p.f("%s", guard)
	}
	for _, f := range fields {
		switch {
		case f.Tag != nil:
			p.f("x.%s = %s", f.Name, f.zero())
		case f.Since > 0:
			p.f("x.%s = %s\nif version >= %d {", f.Name, f.reset(), f.Since)
			f.decode(p)
			p.f("}")
		default:
			f.decode(p)
		}
	}
	p.f("x.UnknownTags = x.UnknownTags[:0]")
	p.f("for n := rd.TagCount(); n > 0 && !rd.Failed(); n-- {\nnumber, size := rd.Uvarint(), rd.Uvarint()")
	tags := tagged(fields)
	if tags == nil {
		p.f("x.UnknownTags = rd.UnknownTag(x.UnknownTags, number, size)\n}\n}\n")
		return
	}
	p.f("if !x.decodeTag(rd, version, number) {\nx.UnknownTags = rd.UnknownTag(x.UnknownTags, number, size)\n}\n}\n}\n")
	p.f("// decodeTag reads the tagged field of the given number, and reports whether there is one.")
	p.f("func (x *%s) decodeTag(rd *wire.Reader, version int16, number uint32) bool {\nswitch number {", name)
	for _, f := range tags {
		p.f("case %d:", *f.Tag)
		if f.Since > 0 {
			p.f("if version < %d {\nreturn rd.EarlyTag(%d, %d, %q)\n}", f.Since, *f.Tag, f.Since, f.jsonName())
		}
		f.decode(p)
	}
	p.f("default:\nreturn false\n}\nreturn true\n}\n")
}

// reset is what a field holds before a version that has it is read; the memory of structures is kept for reuse.
func (f *field) reset() string {
	if f.Fields != nil && f.isArray() {
		return "x." + f.Name + "[:0]"
	}
	return f.zero()
}

// decode prints the statements that read the field.
func (f *field) decode(p *printer) {
	switch {
	case f.Fields == nil:
		p.f("x.%s = %s", f.Name, f.expr(kinds[f.kindKey()].read))
	case !f.isArray():
		p.f("x.%s.decode(rd, version)", f.Name)
	default:
		p.f("x.%[1]s = x.%[1]s[:0]", f.Name)
		p.f("for n := rd.Count(%q); n > 0 && !rd.Failed(); n-- {", f.jsonName())
		p.f("x.%[1]s = wire.Extend(x.%[1]s)", f.Name)
		p.f("x.%[1]s[len(x.%[1]s)-1].decode(rd, version)\n}", f.Name)
	}
}

// appender prints the method that encodes.
func appender(p *printer, name, method string, fields []*field) {
	versions := "_"
	for _, f := range fields {
		if f.Since > 0 || f.Fields != nil {
			versions = "version"
		}
	}
	p.f("func (x *%s) %s(dst []byte, %s int16) []byte {", name, method, versions)
	for _, f := range fields {
		if f.Tag != nil {
			continue
		}
		if f.Since > 0 {
			p.f("if version >= %d {", f.Since)
		}
		f.append(p)
		if f.Since > 0 {
			p.f("}")
		}
	}
	tags := tagged(fields)
	if tags == nil {
		p.f("return wire.AppendTagSection(dst, x.UnknownTags)\n}\n")
		return
	}
	p.f("known := 0")
	for _, f := range tags {
		p.f("if %s {\nknown++\n}", f.present())
	}
	p.f("dst = wire.AppendUvarint(dst, uint32(known+len(x.UnknownTags)))\nnext := 0")
	for _, f := range tags {
		p.f("if %s {\ndst, next = wire.AppendTags(dst, x.UnknownTags, next, %d)", f.present(), *f.Tag)
		p.f("dst = wire.AppendUvarint(dst, %d)\nmark := len(dst)", *f.Tag)
		f.append(p)
		p.f("dst = wire.InsertSize(dst, mark)\n}")
	}
	p.f("return wire.AppendRemainingTags(dst, x.UnknownTags, next)\n}\n")
}

// present is the condition under which a tagged field is written.
func (f *field) present() string {
	set := f.expr(kinds[f.kindKey()].set)
	if f.Since > 0 {
		return fmt.Sprintf("version >= %d && %s", f.Since, set)
	}
	return set
}

// append prints the statements that write the field.
func (f *field) append(p *printer) {
	switch {
	case f.Fields == nil:
		p.f("dst = %s", f.expr(kinds[f.kindKey()].append))
	case !f.isArray():
		p.f("dst = x.%s.appendTo(dst, version)", f.Name)
	default:
		p.f("dst = wire.AppendCount(dst, len(x.%s))", f.Name)
		p.f("for i := range x.%[1]s {\ndst = x.%[1]s[i].appendTo(dst, version)\n}", f.Name)
	}
}

// jsonAppender prints the method that writes JSON. A comma is a constant where an earlier field is always there.
func jsonAppender(p *printer, name, method string, fields []*field) {
	receiver, versions := "_", "_"
	if len(fields) > 0 {
		receiver = "x"
	}
	for _, f := range fields {
		if f.Since > 0 || f.Fields != nil {
			versions = "version"
		}
	}
	p.f("func (%s *%s) %s(dst []byte, %s int16) []byte {", receiver, name, method, versions)
	if len(fields) == 0 {
		p.f("return append(dst, \"{}\"...)\n}\n")
		return
	}
	always := fields[0].Tag == nil && fields[0].Since == 0
	if !always {
		p.f("dst = append(dst, '{')")
	}
	for i, f := range fields {
		if i == 0 && always {
			p.f("dst = append(dst, `{%q:`...)", f.jsonName())
			f.jsonValue(p)
			continue
		}
		always = f.json(p, always)
	}
	p.f("return append(dst, '}')\n}\n")
}

// json prints the statements that write the field's name and value; comma says that a field surely comes before it,
// and the result says the same for the next one.
func (f *field) json(p *printer, comma bool) bool {
	conditional := f.Tag != nil || f.Since > 0
	switch {
	case f.Tag != nil:
		p.f("if %s {", f.present())
	case f.Since > 0:
		p.f("if version >= %d {", f.Since)
	}
	key := fmt.Sprintf("%q:", f.jsonName())
	switch {
	case comma:
		p.f("dst = append(dst, `,%s`...)", key)
	default:
		p.f("dst = append(appendComma(dst), `%s`...)", key)
	}
	f.jsonValue(p)
	if conditional {
		p.f("}")
	}
	return comma || !conditional
}

func (f *field) jsonValue(p *printer) {
	switch {
	case f.Fields == nil:
		p.f("dst = %s", f.expr(kinds[f.kindKey()].json))
	case !f.isArray():
		p.f("dst = x.%s.appendJSON(dst, version)", f.Name)
	default:
		p.f("dst = append(dst, '[')")
		p.f("for i := range x.%[1]s {\ndst = x.%[1]s[i].appendJSON(appendComma(dst), version)\n}", f.Name)
		p.f("dst = append(dst, ']')")
	}
}
