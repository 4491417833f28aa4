--- The codes of all findings, with their severity where it is always the same, and what each means.
-- SL0xx the stack itself finds, SL1xx speak of options, SL2xx of modules, SL3xx of hosts and layers, SL4xx of what is insecure, SL5xx of what could
-- not be judged.
local codes = {};

-- The severity is nil where it depends on the case.
local function add(code, severity, text)
	codes[code] = { severity = severity, text = text };
end

add("SL001", nil, "a root of the tree cannot be used");
add("SL002", nil, "a file that an axis lists is in no root");
add("SL003", nil, "a file or folder of the tree cannot be used");
add("SL004", nil, "one file or folder is reached by two names");
add("SL005", nil, "a folder holds layers, and no axis reads it");
add("SL006", nil, "what is chosen is switched off by an empty file");
add("SL007", nil, "the server's user cannot read a file, or enter a folder on the way to it");
add("SL008", nil, "others than root and the server's user can write a file or folder");
add("SL009", nil, "everybody can read a file that a secret comes from");
add("SL010", nil, "a choice that the tree cannot fulfil");
add("SL011", nil, "spellings of one variable say different things");
add("SL012", nil, "a line of .env or defaults.env that is no assignment");
add("SL013", nil, "a file of variables that cannot be read, or a variable that may not stand in it");
add("SL014", nil, "a toggle that matches no feature");
add("SL015", nil, "a toggle that cannot be understood, or two that contradict each other");
add("SL016", nil, "a variable PROSODY_OPTION_NAME that cannot be used");
add("SL017", nil, "a secret is missing");
add("SL018", nil, "the server chose otherwise when it last loaded");
add("SL019", nil, "a variable of the process has kept its quotes");
add("SL020", nil, "a table by which a profile, a feature or a use case describes itself is not literal");
add("SL021", nil, "features that need or stand for each other, and cannot");
add("SL022", nil, "a variable that nothing in the tree reads");
add("SL030", nil, "a layer is broken");
add("SL031", nil, "a layer sets a global of Lua's");
add("SL032", nil, "a layer's own validator objects");
add("SL033", nil, "a file assigns an option twice");
add("SL034", "error", "a folder that is to be restricted is not there");
add("SL035", "error", "a restricted layer is no plain data, too large or too deep");
add("SL036", "error", "a restricted layer speaks of a host that is not its own");
add("SL037", "error", "a restricted layer sets an option that it may not, or one for the whole server");
add("SL038", "error", "a restricted layer names a module that it may not");
add("SL039", "error", "a link leads out of a restricted folder");
add("SL040", nil, "a value loses against a force");
add("SL041", nil, "forces or bounds contradict each other");
add("SL042", nil, "a value of another kind replaces what was there");
add("SL043", nil, "a value is moved to a bound");
add("SL044", nil, "a later global value does not reach a host");
add("SL045", nil, "a component is given two modules");
add("SL046", nil, "a host and a component have one name");
add("SL047", nil, "a name that no host or component can have");
add("SL048", "error", "a rule of a layer, stack.require, refuses the finished configuration");
add("SL049", "note", "a restricted layer needs more than the safe lists, and is allowed it");
add("SL050", nil, "the main file changes an option after the stack was loaded");
add("SL051", "error", "what the main file sets after the stack was loaded breaks a force, a constraint or a rule of a layer");
add("SL052", nil, "a list that accumulates in layers is replaced inside the main file or by a file that it includes");

add("SL101", "warning", "an option that nothing reads: no module of this Prosody, not its core, and no other layer");
add("SL102", "note", "an option that only modules read which are not enabled where it is set");
add("SL103", "warning", "a value of a kind that whoever reads the option does not take");
add("SL104", "warning", "a value that is none of those the option can have");
add("SL105", "warning", "a number outside the limits of its option");
add("SL106", "warning", "a length of time that this version of Prosody misreads");
add("SL107", "warning", "a global option under a host or component, where it has no effect");
add("SL108", "warning", "an option that only a host can have, set globally, where it has no effect");
add("SL109", "warning", "a deprecated option");
add("SL110", "warning", "an obsolete option, which does nothing any more");
add("SL111", "warning", "an option that another one makes pointless in the same place");
add("SL112", "note", "an option that only another version of Prosody reads");
add("SL113", "warning", "an option below a Component that only hosts or the whole server read");
add("SL114", "warning", "a line of the log without a level, which logs everything or nothing");
add("SL115", "error", "an option that holds Prosody's own handle in place of a value");
add("SL116", "warning", "one port in two services");
add("SL117", "warning", "a file that is included below a host or component, whose options become global");
add("SL118", "warning", "an option that names a certificate, and Prosody takes another one");
add("SL119", "warning", "two certificates for one name, of which Prosody takes one by chance");
add("SL120", "warning", "a certificate that has expired or is not valid yet");
add("SL121", "note", "an accept comment without a reason");
add("SL122", "note", "an accept comment that accepts nothing");
add("SL123", "warning", "a name without a value where a value belongs: its quotes are missing");
add("SL124", "error", "with --prosody: the main file uses what only Prosody 13 gives to it");

add("SL201", "error", "a module that does not exist where Prosody looks for modules");
add("SL202", "error", "a module that is part of another version of Prosody alone");
add("SL203", "note", "a module that Prosody loads by itself");
add("SL204", "warning", "a module that conflicts with another enabled one");
add("SL205", "error", "a module's name written with the prefix mod_");
add("SL206", "error", "a backend for accounts or storage in a list of modules");
add("SL207", "error", "a list of modules that is not a list of names");
add("SL208", "error", "a module that works only as a component, in a list of modules");
add("SL209", "warning", "a component's module that is enabled for every host as well");
add("SL210", "warning", "a module that is gone, has a successor, or does nothing any more");
add("SL211", "error", "a module that needs another one which does not exist or is disabled");

add("SL212", "warning", "a module for hosts with accounts in a component");

add("SL301", "error", "a component whose module does not exist");
add("SL302", "error", "a backend for accounts, roles or storage that does not exist");
add("SL303", "error", "a Component whose module Prosody ignores");
add("SL311", "note", "a layer that changes nothing");
add("SL312", "note", "a value that another layer always overrides");
add("SL313", "note", "a global value that no host sees");
add("SL314", "warning", "a removal of a name that is not there");
add("SL315", "warning", "a nil that removes nothing");

add("SL401", "high", "authentication = \"insecure\": any password will do");
add("SL402", "medium", "authentication = \"internal_plain\": passwords are kept as they are");
add("SL403", nil, "passwords may be sent as plain text without encryption: high where clients need no encryption, else medium");
add("SL404", nil, "clients need no encryption: high, less where only private networks or this machine reach the server");
add("SL405", nil, "a host without mod_tls: medium, low on loopback");
add("SL406", nil, "other servers need no encryption: high, medium with s2s_secure_auth, low on loopback");
add("SL407", nil, "other servers need no certificate: medium, low on loopback");
add("SL408", "low", "some servers need no certificate");
add("SL409", nil, "mod_legacyauth: medium, high where clients need no encryption");
add("SL410", "high", "anonymous people may write to other servers");
add("SL411", "medium", "a TLS profile with TLS 1.0");
add("SL412", nil, "protocols that are broken (high) or old (medium)");
add("SL413", "high", "ciphers that are broken");
add("SL414", "medium", "TLS compression");
add("SL415", nil, "a host without a certificate, as far as its configuration and the folder of certificates tell: medium, low on loopback");
add("SL416", "medium", "Diffie-Hellman parameters of less than 2048 bits");
add("SL417", "low", "a new certificate may need two reloads, since mod_stackloader is not in modules_enabled");
add("SL421", nil, "anybody can register an account from a client: high, less where only private networks or this machine reach the server");
add("SL422", "medium", "anybody can register an account over HTTP");
add("SL431", nil, "mod_admin_telnet: high where it can be reached from outside, else medium");
add("SL432", nil, "the port of external components can be reached from outside: medium, low from private networks");
add("SL433", nil, "plain HTTP can be reached from outside: medium, low from private networks");
add("SL434", nil, "plain HTTP that can be reached from outside counts as secure for BOSH or WebSocket: high, medium from private networks");
add("SL435", "medium", "the metrics are open to strangers");
add("SL436", nil, "mod_pubsub_mqtt can be reached from outside: medium, low from private networks");
add("SL437", nil, "mod_net_dovecotauth can be reached from outside: high, medium from private networks");
add("SL438", "medium", "trusted_proxies believes everybody");
add("SL439", "medium", "the socket of the administration is in a folder of everybody");
add("SL440", "medium", "servers that come through a proxy count as encrypted and authenticated");
add("SL441", "high", "everybody on the machine can read a file with a secret or a private key");
add("SL442", "medium", "umask lets everybody on the machine read accounts and messages");
add("SL451", "medium", "an administrator without an account on this server");
add("SL452", "medium", "an administrator's address that is none");
add("SL461", "low", "an external component without a secret");
add("SL462", nil, "a secret of a component that can be guessed: medium, high where its port can be reached from outside");
add("SL463", "medium", "uploads without a quota");
add("SL464", "low", "anybody of any server can create rooms");
add("SL465", "medium", "proxy65_open_access");
add("SL466", "medium", "a secret that is a placeholder or can be guessed");
add("SL471", nil, "no limits on how fast connections send: medium, low where only private networks or this machine reach the server");
add("SL472", "low", "a stanza may be very large");
add("SL481", "high", "the server runs as root");
add("SL491", nil, "mod_stanza_debug: medium where the log has the level debug, else low");
add("SL492", "low", "the log has everything of the level debug");

add("SL501", "note", "a pattern that is not found in Prosody's own source, and the findings that are left out for it");

return codes;
