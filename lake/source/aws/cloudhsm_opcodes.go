package aws

import "bytes"

// hsmClass is what ECS says of an opcode.
type hsmClass struct {
	category, types [][]byte
	onUser          bool // whether the user that the record names is acted on
}

func newHSMClass(category, types string, onUser bool) *hsmClass {
	return &hsmClass{bytes.Fields([]byte(category)), bytes.Fields([]byte(types)), onUser}
}

var (
	hsmLogin       = newHSMClass("authentication session", "start", false)
	hsmLogout      = newHSMClass("authentication session", "end", false)
	hsmUserMade    = newHSMClass("iam", "user creation", true)
	hsmUserGone    = newHSMClass("iam", "user deletion", true)
	hsmUserChanged = newHSMClass("iam", "user change", true)
	hsmKeyMade     = newHSMClass("configuration", "creation", false)
	hsmKeyGone     = newHSMClass("configuration", "deletion", false)
	hsmKeyChanged  = newHSMClass("configuration", "change", false)
	hsmKeyUsed     = newHSMClass("configuration", "access", false)
	hsmManaged     = newHSMClass("configuration", "change", false)
	hsmOther       = newHSMClass("configuration", "info", false)
)

// hsmClassOf classifies an opcode by its name.
// https://docs.aws.amazon.com/cloudhsm/latest/userguide/cloudhsm-audit-log-reference.html
func hsmClassOf(opcode []byte) *hsmClass {
	switch string(opcode) {
	case "CN_LOGIN", "CN_AUTHORIZE_SESSION", "CN_CHALLENGE_LOGIN":
		return hsmLogin
	case "CN_LOGOUT":
		return hsmLogout
	case "CN_CREATE_USER", "CN_CREATE_CO", "CN_CREATE_APPLIANCE_USER":
		return hsmUserMade
	case "CN_DELETE_USER":
		return hsmUserGone
	case "CN_CHANGE_PSWD", "CN_SET_USER_ATTRIBUTE", "CN_SET_M_VALUE":
		return hsmUserChanged
	case "CN_GENERATE_KEY", "CN_GENERATE_KEY_PAIR", "CN_CREATE_OBJECT", "CN_UNWRAP_KEY", "CN_DERIVE_KEY", "CN_NIST_AES_WRAP", "CN_CREATE_PBE",
		"CN_INSERT_MASKED_OBJECT", "CN_INSERT_MASKED_OBJECT_USER", "CN_RESTORE_END", "CN_NIST_AES_UNWRAP", "CN_IMPORT_KEY":
		return hsmKeyMade
	case "CN_DESTROY_OBJECT", "CN_TOMBSTONE_OBJECT", "CN_ZEROIZE_HSM", "CN_DELETE_KEY":
		return hsmKeyGone
	case "CN_MODIFY_OBJECT", "CN_SHARE_OBJECT", "CN_UNSHARE_OBJECT", "CN_SET_ATTRIBUTE_VALUE", "CN_SET_OBJECT_ATTRIBUTE":
		return hsmKeyChanged
	case "CN_EXTRACT_MASKED_OBJECT", "CN_EXTRACT_MASKED_OBJECT_USER", "CN_WRAP_KEY", "CN_SIGN", "CN_EXPORT_KEY", "CN_GET_OBJECT_INFO":
		return hsmKeyUsed
	case "CN_INIT_TOKEN", "CN_INIT_DONE", "CN_CLONE_SOURCE_INIT", "CN_CLONE_SOURCE_STAGE1", "CN_CLONE_TARGET_INIT", "CN_CLONE_TARGET_STAGE1",
		"CN_GEN_KEY_ENC_KEY", "CN_BACKUP_BEGIN", "CN_BACKUP_END", "CN_RESTORE_BEGIN", "CN_FIPS_MODE", "CN_SET_NODEID", "CN_STORE_FIXED_KEY", "CN_CREATE_AUDIT_KEY":
		return hsmManaged
	}
	return hsmOther
}
