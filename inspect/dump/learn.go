package dump

import (
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// Learn looks through the files for the TopicRecords of a topic, so that records that name it by ID alone are recognised.
// Damage is passed over. Only TopicRecords are decoded.
func Learn(files []*metalog.File, topic *Topic, workers int) error {
	for _, f := range files {
		chunks, err := f.Chunks(0, chunkSize)
		if err != nil {
			return err
		}
		learners := make([]*learner, max(1, workers))
		for i := range learners {
			learners[i] = &learner{topic: topic}
		}
		err = metalog.Work(learners, func() (*metalog.Chunk, func(*metalog.Chunk), error) {
			c, err := chunks.Next()
			return c, chunks.Release, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// learner finds TopicRecords.
type learner struct {
	topic *Topic
	found []metadata.TopicRecord

	it  record.Iterator
	dec metadata.Decoder
	row row
}

// Work collects the TopicRecords of a chunk.
func (l *learner) Work(c *metalog.Chunk) error {
	l.found = l.found[:0]
	return c.Entries(func(e *metalog.Entry) bool {
		if e.Batch.Data == nil || e.Damage != nil || e.Batch.Control() {
			return true
		}
		l.it.Start(&e.Batch.Batch, e.Batch.Data)
		l.row.batch = &e.Batch
		for l.it.Next() {
			l.row.rec = l.it.Record()
			l.look()
		}
		return true
	})
}

func (l *learner) look() {
	if l.row.identify(); l.row.key != topicRecord {
		return
	}
	rec, _, err := l.dec.Decode(l.row.rec.Value)
	if t, ok := rec.(*metadata.TopicRecord); ok && err == nil {
		// The name aliases the chunk, which is given back before Deliver.
		l.found = append(l.found, metadata.TopicRecord{Name: string([]byte(t.Name)), TopicId: t.TopicId})
	}
}

// topicRecord is the API key of TopicRecord.
var topicRecord = (*metadata.TopicRecord)(nil).APIKey()

// Deliver learns from what was found.
func (l *learner) Deliver() (bool, error) {
	for i := range l.found {
		l.topic.Learn(&l.found[i])
	}
	return true, nil
}
