--- The functions of Prosody whose work a reload may leave out (server_reload): the SHA-256 of their text, and which Debian packages have it.
-- With a release that changes one of them everything is made anew at each reload, and the log says which hash the text has. Before the hash comes in
-- here, read what changed: does server_tls still know all that the contexts are made from, and server_certificates all that the index is?
return {
	-- core/certmanager.lua: reload_ssl_config, create_context and find_host_cert, with what they use
	certificates = {
		ca95e3d1d26651bd7603a0f42d949145364c4c11ea1aca89e390f8c99a5f7995 = "0.12.3-1+deb12u1";
		["2324e1b1221ed944717f431fe66e4cc3ce4e0b4d1861a3aef9b7a3416ffa4ccc"] = "13.0.1-1~bpo12+1, 13.0.1-1+deb131u, 13.0.6-1~bpo13+1";
		["8bd3a2cadd7997367eb5d0cea2031aa39af65d159ed7d9b9223309b1a5e9f269"] = "13.0.7-1";
	};
	-- modules/mod_tls.lua: module.load
	host = {
		["80a80e1947f2956242e240a152bcee9bcd4ec5ac6120f7d717bc309bcaa1c515"] = "0.12.3-1+deb12u1";
		["5e400ffa18fe482705a442915f1e5d36ad5afcde97adb39b39f45f35aa471b21"] = "13.0.1 to 13.0.7";
	};
	-- core/portmanager.lua: the handler of config-reloaded, with what it uses
	ports = {
		d624f7eb315e146c5ccd47dc480a6b5b98f92a9aecebd00c86b3ce67e0a767c2 = "0.12.3-1+deb12u1";
		["9d92daf0487bb6047db39419d8e2b8f0ee53aac1925d57469056aa4db98e3189"] = "13.0.1 to 13.0.7";
	};
	-- net/unbound.lua: the same
	resolver = {
		["009620139a250a66997c5bd5860043868e61844a4b3ebc355c6e3bcb249e7837"] = "0.12.3-1+deb12u1, 13.0.1, 13.0.6";
		["72af2fed922671db06465e17ab0b6321efa6cea055d671ce768892c40ca28ec4"] = "13.0.7-1";
	};
};
