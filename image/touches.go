package image

import (
	"strconv"

	"github.com/kraftctl/kraftctl/metadata"
)

// Touches are the paths that a record is about, as they are called in the image before it: one in most cases. Records of
// transactions and those that are no part of the state have none.
func (img *Image) Touches(rec metadata.Record) []string {
	switch r := rec.(type) {
	case *metadata.TopicRecord:
		return topicPaths(r.Name, r.TopicId, "")
	case *metadata.RemoveTopicRecord:
		return img.topicPaths(r.TopicId, "")
	case *metadata.PartitionRecord:
		return img.topicPaths(r.TopicId, "/"+strconv.Itoa(int(r.PartitionId)))
	case *metadata.PartitionChangeRecord:
		return img.topicPaths(r.TopicId, "/"+strconv.Itoa(int(r.PartitionId)))
	case *metadata.ClearElrRecord:
		if t := img.Topics.ByName(r.TopicName); t != nil {
			return topicPaths(t.Name, t.ID, "")
		}
		return []string{"/topics/byName", "/topics/byId"}
	case *metadata.RegisterBrokerRecord:
		return []string{brokerPath(r.BrokerId)}
	case *metadata.UnregisterBrokerRecord:
		return []string{brokerPath(r.BrokerId)}
	case *metadata.FenceBrokerRecord:
		return []string{brokerPath(r.Id)}
	case *metadata.UnfenceBrokerRecord:
		return []string{brokerPath(r.Id)}
	case *metadata.BrokerRegistrationChangeRecord:
		return []string{brokerPath(r.BrokerId)}
	case *metadata.RegisterControllerRecord:
		return []string{"/controllers/" + strconv.Itoa(int(r.ControllerId))}
	case *metadata.UnregisterControllerRecord:
		return []string{"/controllers/" + strconv.Itoa(int(r.ControllerId))}
	}
	return touchesRest(rec)
}

func touchesRest(rec metadata.Record) []string {
	switch r := rec.(type) {
	case *metadata.ConfigRecord:
		return []string{"/configs/" + nameOr(ConfigTypes, r.ResourceType) + "/" + resourceName(r.ResourceName) + "/" + r.Name}
	case *metadata.ClientQuotaRecord:
		entity := make([]QuotaEntity, 0, len(r.Entity))
		for _, e := range r.Entity {
			entity = append(entity, QuotaEntity{Type: e.EntityType, Name: e.EntityName})
		}
		sortEntity(entity)
		return []string{"/quotas/" + EntityName(entity) + "/" + r.Key}
	case *metadata.FeatureLevelRecord:
		return []string{"/features/" + r.Name}
	case *metadata.ProducerIdsRecord:
		return []string{"/producerIds"}
	case *metadata.AccessControlEntryRecord:
		return []string{"/acls/" + topicID(r.Id)}
	case *metadata.RemoveAccessControlEntryRecord:
		return []string{"/acls/" + topicID(r.Id)}
	case *metadata.UserScramCredentialRecord:
		return []string{"/users/" + r.Name + "/" + nameOr(Mechanisms, r.Mechanism)}
	case *metadata.RemoveUserScramCredentialRecord:
		return []string{"/users/" + r.Name + "/" + nameOr(Mechanisms, r.Mechanism)}
	case *metadata.DelegationTokenRecord:
		return []string{"/tokens/" + r.TokenId}
	case *metadata.RemoveDelegationTokenRecord:
		return []string{"/tokens/" + r.TokenId}
	case *metadata.ZkMigrationStateRecord:
		return []string{"/migration"}
	}
	return nil
}

// TouchesControl is like Touches for a control record.
func TouchesControl(body metadata.Control) []string {
	switch body.(type) {
	case *metadata.LeaderChangeMessage, *metadata.KRaftVersionRecord:
		return []string{"/quorum"}
	case *metadata.VotersRecord:
		return []string{"/voters"}
	}
	return nil
}

func (img *Image) topicPaths(id metadata.UUID, below string) []string {
	if t := img.Topics.ByID(id); t != nil {
		return topicPaths(t.Name, id, below)
	}
	return []string{"/topics/byId/" + topicID(id) + below}
}

func topicPaths(name string, id metadata.UUID, below string) []string {
	return []string{"/topics/byName/" + name + below, "/topics/byId/" + topicID(id) + below}
}
