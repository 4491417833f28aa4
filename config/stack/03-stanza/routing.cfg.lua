-- To which of a person's devices a message goes, and what happens when none is there.
-- RFC 6121 section 8, XEP-0280 (carbons), XEP-0160 (offline messages, always on).
-- Change it where a host needs delivery of its own; to cut a server off from the others, disable the module `s2s`.

modules_enabled = {
	"carbons";  -- every device sees the whole conversation, sent messages included
}
