local support = require "spec.support";
local lfs = require "lfs";

local stackloader = require "stackloader";

local GIB = 1024 ^ 3;
local MIB = 1024 ^ 2;

--- What a whole fake system needs beside its files: folders, and files that only root may read.
local function make_system(files, folders)
	local root = support.tree(files);
	for _, folder in ipairs(folders or {}) do
		support.write(root..folder.."/.made", "");
	end
	return root;
end

--- Asks about a fake system. Its variables are empty unless given.
local function ask(files, options, folders)
	options = options or {};
	return stackloader.environment {
		sysroot = make_system(files, folders);
		variables = options.variables or {};
		environment = options.environment;
		platform = options.platform;
	};
end

--- The files of `base` with those of `more` added; false takes one away.
local function with(base, more)
	local files = {};
	for path, content in pairs(base) do
		files[path] = content;
	end
	for path, content in pairs(more) do
		files[path] = content or nil;
	end
	return files;
end

--- A machine with eight processors and 32 GiB, as its /proc shows it.
local machine = {
	["proc/self/status"] = "Name:\tprosody\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0\n";
	["sys/devices/system/cpu/online"] = "0-7\n";
	["proc/meminfo"] = "MemTotal:       33554432 kB\nMemFree:         1000000 kB\n";
	["proc/sys/kernel/hostname"] = "xmpp1\n";
	["proc/sys/kernel/osrelease"] = "6.1.0-28-amd64\n";
	["etc/hostname"] = "from-the-file\n";
	["etc/hosts"] = "127.0.0.1 localhost\n";
};

local mount_v2 = "31 23 0:28 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

--- The machine with control groups of version 2; `group` is where the process is, `limits` the files below /sys/fs/cgroup.
local function v2(group, limits)
	local files = with(machine, {
		["proc/self/mountinfo"] = mount_v2;
		["proc/self/cgroup"] = "0::"..group.."\n";
	});
	for path, content in pairs(limits) do
		files["sys/fs/cgroup/"..path] = content.."\n";
	end
	return files;
end

local mounts_v1 = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:10 - cgroup cgroup rw,cpu,cpuacct\n"
	.."35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:11 - cgroup cgroup rw,memory\n";

local function v1(cpu_group, memory_group, limits)
	local files = with(machine, {
		["proc/self/mountinfo"] = mounts_v1;
		["proc/self/cgroup"] = "9:name=systemd:/init.scope\n4:memory:"..memory_group.."\n2:cpu,cpuacct:"..cpu_group.."\n0::/\n";
	});
	for path, content in pairs(limits) do
		files["sys/fs/cgroup/"..path] = content.."\n";
	end
	return files;
end

describe("stackloader.environment", function ()
	teardown(support.clean);

	describe("container and platform", function ()
		local function check(files, container, container_how, platform, platform_how, options, folders)
			local found = ask(with(machine, files), options, folders);
			assert.equal(container, found.container);
			assert.equal(container_how, found.how.container);
			assert.equal(platform, found.platform);
			assert.equal(platform_how or container_how, found.how.platform);
			return found;
		end

		it("tells docker by /.dockerenv", function ()
			check({ [".dockerenv"] = "" }, "docker", "/.dockerenv", "docker");
		end);

		it("tells podman by /run/.containerenv", function ()
			check({ ["run/.containerenv"] = "" }, "podman", "/run/.containerenv", "podman");
		end);

		it("tells podman where docker's trace is there as well", function ()
			check({ ["run/.containerenv"] = 'engine="podman-4.3.1"\n', [".dockerenv"] = "" },
				"podman", "/run/.containerenv", "podman");
		end);

		it("tells podman where the image claims docker to systemd", function ()
			check({ ["run/.containerenv"] = "", ["run/systemd/container"] = "docker\n" },
				"podman", "/run/.containerenv", "podman");
		end);

		it("tells lxc by what systemd was told", function ()
			check({ ["run/systemd/container"] = "lxc\n" }, "lxc", "/run/systemd/container", "lxc", nil, nil,
				{ "/run/systemd/system" });
		end);

		it("believes what systemd was told before a /.dockerenv that came with the files", function ()
			check({ ["run/systemd/container"] = "lxc", [".dockerenv"] = "" }, "lxc", "/run/systemd/container", "lxc");
		end);

		it("gives libvirt's LXC the platform lxc", function ()
			check({ ["run/systemd/container"] = "lxc-libvirt\n" }, "lxc-libvirt", "/run/systemd/container",
				"lxc", "container lxc-libvirt (/run/systemd/container)");
		end);

		it("tells lxc without systemd by lxcfs below /proc", function ()
			check({ ["proc/self/mountinfo"] = "700 600 0:40 /proc/meminfo /proc/meminfo rw,nosuid - fuse.lxcfs lxcfs rw,user_id=0\n" },
				"lxc", "lxcfs in /proc/self/mountinfo", "lxc");
		end);

		it("does not take the host of LXC containers for one", function ()
			check({ ["proc/self/mountinfo"] = "70 60 0:40 / /var/lib/lxcfs rw,nosuid - fuse.lxcfs lxcfs rw,user_id=0\n" },
				"none", "no trace of a container", "none", "no trace of a container or of systemd");
		end);

		it("tells systemd-nspawn by /run/host/container-manager, before all others", function ()
			check({ ["run/host/container-manager"] = "systemd-nspawn\n", ["run/systemd/container"] = "oci\n", [".dockerenv"] = "" },
				"systemd-nspawn", "/run/host/container-manager", "systemd-nspawn");
		end);

		it("tells WSL 1 by its kernel's name", function ()
			check({ ["proc/sys/kernel/osrelease"] = "4.4.0-19041-Microsoft\n" }, "wsl", "/proc/sys/kernel/osrelease", "wsl");
		end);

		it("tells WSL 2 by its kernel's name, also where systemd runs", function ()
			check({ ["proc/sys/kernel/osrelease"] = "5.15.153.1-microsoft-standard-WSL2\n" },
				"wsl", "/proc/sys/kernel/osrelease", "wsl", nil, nil, { "/run/systemd/system" });
		end);

		it("tells docker where docker runs on WSL", function ()
			check({ ["proc/sys/kernel/osrelease"] = "5.15.153.1-microsoft-standard-WSL2\n", [".dockerenv"] = "" },
				"docker", "/.dockerenv", "docker");
		end);

		it("tells systemd without a container by its folder", function ()
			check({}, "none", "no trace of a container", "systemd", "/run/systemd/system", nil, { "/run/systemd/system" });
		end);

		it("tells none where there is neither container nor systemd", function ()
			check({}, "none", "no trace of a container", "none", "no trace of a container or of systemd");
		end);

		it("does not take a file in place of systemd's folder", function ()
			check({ ["run/systemd/system"] = "" }, "none", "no trace of a container",
				"none", "no trace of a container or of systemd");
		end);

		it("passes other names on that systemd gives, and looks inside for the platform", function ()
			check({ ["run/systemd/container"] = "openvz\n" }, "openvz", "/run/systemd/container",
				"systemd", "/run/systemd/system", nil, { "/run/systemd/system" });
		end);

		it("tells openvz by /proc/vz, not on its host", function ()
			check({ ["proc/vz/version"] = "" }, "openvz", "/proc/vz", "none", "no trace of a container or of systemd");
			check({ ["proc/vz/version"] = "", ["proc/bc/0"] = "" }, "none", "no trace of a container",
				"none", "no trace of a container or of systemd");
		end);

		it("goes by the variable container where no file tells", function ()
			check({}, "lxc", "variable container", "lxc", nil, { variables = { container = "lxc" } });
		end);

		it("goes by a file before the variable container", function ()
			check({ [".dockerenv"] = "" }, "docker", "/.dockerenv", "docker", nil, { variables = { container = "lxc" } });
		end);

		it("looks for a better name where an image calls itself oci", function ()
			check({ [".dockerenv"] = "", ["run/systemd/container"] = "oci\n" }, "docker", "/.dockerenv", "docker", nil,
				{ variables = { container = "oci" } });
		end);

		it("treats a container of unknown make as docker's", function ()
			check({}, "container-other", "variable container", "docker", "container container-other (variable container)",
				{ variables = { container = "oci" } });
			check({ ["run/systemd/container"] = "oci\n" }, "container-other", "/run/systemd/container",
				"docker", "container container-other (/run/systemd/container)");
		end);

		for part, name in pairs {
			["/var/lib/docker/overlay2/l/AB:/var/lib/docker/overlay2/l/CD"] = "docker";
			["/var/lib/containers/storage/overlay/l/AB"] = "podman";
			["/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs"] = "containerd";
		} do
			it("tells "..name.." by what the root file system is made of", function ()
				local platform = name == "containerd" and "docker" or name;
				check({ ["proc/self/mountinfo"] = "600 500 0:50 / / rw,relatime - overlay overlay rw,lowerdir="..part.."\n" },
					name, "root in /proc/self/mountinfo", platform,
					name == "containerd" and "container containerd (root in /proc/self/mountinfo)" or nil);
			end);
		end

		it("does not take the folders of containers on their host for its root", function ()
			check({ ["proc/self/mountinfo"] = "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
				.."600 20 0:50 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/AB\n" },
				"none", "no trace of a container", "none", "no trace of a container or of systemd");
		end);

		for what, content in pairs {
			["an empty file"] = "";
			["a path"] = "../../etc/passwd\n";
			["control characters"] = "lxc\27[31m\n";
			["bytes"] = "\0\255\254";
			["a sentence"] = "this is no name\n";
			["a name of any length"] = ("x"):rep(10000);
		} do
			it("ignores "..what.." in place of a container's name", function ()
				check({ ["run/systemd/container"] = content, ["run/host/container-manager"] = content },
					"none", "no trace of a container", "none", "no trace of a container or of systemd");
			end);
		end

		it("ignores a folder in place of a container's name", function ()
			check({ [".dockerenv"] = "" }, "docker", "/.dockerenv", "docker", nil, nil, { "/run/systemd/container" });
		end);

		it("decides nothing from what only root may read", function ()
			local root = make_system(with(machine, {
				["run/systemd/container"] = "lxc\n";
				["proc/1/environ"] = "container=lxc\0";
			}));
			support.run("chmod 600 "..support.quote(root.."/run/systemd/container"));
			local found = stackloader.environment { sysroot = root, variables = {} };
			assert.equal("none", found.container);
		end);

		it("does not wait for a FIFO in place of a file", function ()
			local root = make_system(with(machine, { ["run/systemd/made"] = "" }));
			support.run("mkfifo "..support.quote(root.."/run/systemd/container"));
			assert.equal("none", stackloader.environment({ sysroot = root, variables = {} }).container);
		end);
	end);

	describe("orchestrator", function ()
		local account = "/var/run/secrets/kubernetes.io/serviceaccount";

		it("tells kubernetes by its variable, and that it is in some container", function ()
			local found = ask(machine, { variables = { KUBERNETES_SERVICE_HOST = "10.96.0.1" } });
			assert.equal("kubernetes", found.orchestrator);
			assert.equal("KUBERNETES_SERVICE_HOST", found.how.orchestrator);
			assert.equal("kubernetes", found.platform);
			assert.equal("KUBERNETES_SERVICE_HOST", found.how.platform);
			assert.equal("container-other", found.container);
			assert.equal("KUBERNETES_SERVICE_HOST", found.how.container);
		end);

		it("tells kubernetes by the service account where the environment was cleaned", function ()
			local found = ask(machine, nil, { account });
			assert.equal("kubernetes", found.orchestrator);
			assert.equal(account, found.how.orchestrator);
		end);

		it("finds the service account also below /run", function ()
			local found = ask(machine, nil, { "/run/secrets/kubernetes.io/serviceaccount" });
			assert.equal("kubernetes", found.platform);
			assert.equal("/run/secrets/kubernetes.io/serviceaccount", found.how.platform);
		end);

		it("tells kubernetes by kubelet's /etc/hosts where a pod has no service account", function ()
			local found = ask(with(machine, { ["etc/hosts"] = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n" }));
			assert.equal("kubernetes", found.orchestrator);
			assert.equal("/etc/hosts", found.how.orchestrator);
		end);

		it("wins over docker as platform, while the container stays docker", function ()
			local found = ask(with(machine, { [".dockerenv"] = "" }), { variables = { KUBERNETES_SERVICE_HOST = "10.96.0.1" } });
			assert.equal("docker", found.container);
			assert.equal("/.dockerenv", found.how.container);
			assert.equal("kubernetes", found.platform);
			assert.equal("KUBERNETES_SERVICE_HOST", found.how.platform);
		end);

		it("takes an empty variable for none", function ()
			local found = ask(machine, { variables = { KUBERNETES_SERVICE_HOST = "" } });
			assert.equal("none", found.orchestrator);
			assert.equal("no trace of an orchestrator", found.how.orchestrator);
		end);
	end);

	describe("name and chosen platform", function ()
		it("is production by default", function ()
			local found = ask(machine);
			assert.equal("production", found.name);
			assert.equal("default", found.how.name);
		end);

		it("follows PROSODY_ENVIRONMENT, then PROSODY_ENV", function ()
			local found = ask(machine, { variables = { PROSODY_ENV = "staging" } });
			assert.equal("staging", found.name);
			assert.equal("PROSODY_ENV", found.how.name);
			found = ask(machine, { variables = { PROSODY_ENV = "staging", PROSODY_ENVIRONMENT = "local" } });
			assert.equal("local", found.name);
			assert.equal("PROSODY_ENVIRONMENT", found.how.name);
		end);

		it("takes an empty PROSODY_ENVIRONMENT for none", function ()
			local found = ask(machine, { variables = { PROSODY_ENV = "staging", PROSODY_ENVIRONMENT = "" } });
			assert.equal("staging", found.name);
		end);

		it("lets the option environment win over the variables", function ()
			local found = ask(machine, { environment = "testing", variables = { PROSODY_ENVIRONMENT = "local" } });
			assert.equal("testing", found.name);
			assert.equal("option environment", found.how.name);
		end);

		it("lets PROSODY_DEPLOYMENT_TYPE win over what is found, which container still tells", function ()
			local found = ask(with(machine, { [".dockerenv"] = "" }), { variables = { PROSODY_DEPLOYMENT_TYPE = "systemd" } });
			assert.equal("systemd", found.platform);
			assert.equal("PROSODY_DEPLOYMENT_TYPE", found.how.platform);
			assert.equal("docker", found.container);
		end);

		it("reads manual as none", function ()
			local found = ask(with(machine, { [".dockerenv"] = "" }), { variables = { PROSODY_DEPLOYMENT_TYPE = "manual" } });
			assert.equal("none", found.platform);
			assert.equal("PROSODY_DEPLOYMENT_TYPE", found.how.platform);
			assert.equal("none", ask(machine, { platform = "manual" }).platform);
		end);

		it("takes any plain name as platform", function ()
			assert.equal("freebsd-jail", ask(machine, { variables = { PROSODY_DEPLOYMENT_TYPE = "freebsd-jail" } }).platform);
		end);

		it("lets the option platform win over the variable", function ()
			local found = ask(machine, { platform = "docker", variables = { PROSODY_DEPLOYMENT_TYPE = "systemd" } });
			assert.equal("docker", found.platform);
			assert.equal("option platform", found.how.platform);
		end);

		it("refuses names in variables that are no plain names, all of them at once", function ()
			local ok, message = pcall(ask, machine, { variables = { PROSODY_ENV = "../secret", PROSODY_DEPLOYMENT_TYPE = "a\27b" } });
			local expected = 'expected a plain name such as "production" or "docker", without "/" or ".."';
			assert.is_false(ok);
			assert.is_truthy(message:find('PROSODY_ENV is "../secret", '..expected.."\n"
				..'PROSODY_DEPLOYMENT_TYPE is "a?b", '..expected, 1, true), message);
		end);
	end);

	describe("hostname", function ()
		local function check(files, name, how)
			local found = ask(with(machine, files));
			assert.equal(name, found.hostname);
			assert.equal(how, found.how.hostname);
		end

		it("is the kernel's", function ()
			check({}, "xmpp1", "/proc/sys/kernel/hostname");
		end);

		it("is that of /etc/hostname where the kernel's is missing or was never set", function ()
			check({ ["proc/sys/kernel/hostname"] = false }, "from-the-file", "/etc/hostname");
			check({ ["proc/sys/kernel/hostname"] = "(none)\n" }, "from-the-file", "/etc/hostname");
			check({ ["proc/sys/kernel/hostname"] = "\n", ["etc/hostname"] = "# a comment\n\n  pod-3 \n" }, "pod-3", "/etc/hostname");
		end);

		it("is nil where nothing tells, or only garbage", function ()
			local nothing = "neither /proc/sys/kernel/hostname nor /etc/hostname has one";
			check({ ["proc/sys/kernel/hostname"] = false, ["etc/hostname"] = false }, nil, nothing);
			check({ ["proc/sys/kernel/hostname"] = "a b\n", ["etc/hostname"] = "\1\2\n" }, nil, nothing);
		end);
	end);

	describe("cpus", function ()
		local function check(files, cpus, how)
			local found = ask(files);
			assert.equal(cpus, found.cpus);
			assert.equal(how, found.how.cpus);
		end

		local affinity = "affinity (/proc/self/status)";

		it("are those that the process may run on", function ()
			check(machine, 8, affinity);
			check(with(machine, { ["proc/self/status"] = "Cpus_allowed_list:\t1,3-4,7\n" }), 4, affinity);
			check(with(machine, { ["proc/self/status"] = "Cpus_allowed_list:\t5\n" }), 1, affinity);
		end);

		it("are no more than are in use, whatever the affinity allows", function ()
			check(with(machine, { ["proc/self/status"] = "Cpus_allowed_list:\t0-127\n" }), 8, "/sys/devices/system/cpu/online");
		end);

		it("are those in use where the affinity is missing", function ()
			check(with(machine, { ["proc/self/status"] = false }), 8, "/sys/devices/system/cpu/online");
		end);

		it("are one where nothing tells", function ()
			check({}, 1, "assumed, nothing tells");
		end);

		for _, garbage in ipairs { "", "x", "0-", "-3", "3-1", "0-3,2", "0,,1", "0-3,", "0-3 4", "0-99999999999999999999", "1,1", "\0" } do
			it(("ignore an affinity of %q"):format(garbage), function ()
				check(with(machine, {
					["proc/self/status"] = "Cpus_allowed_list:\t"..garbage.."\n";
					["sys/devices/system/cpu/online"] = false;
				}), 1, "assumed, nothing tells");
			end);
		end

		describe("with control groups of version 2", function ()
			it("are what cpu.max grants, in fractions", function ()
				check(v2("/", { ["cpu.max"] = "50000 100000" }), 0.5, "cgroup v2 cpu.max");
				check(v2("/", { ["cpu.max"] = "250000 100000" }), 2.5, "cgroup v2 cpu.max");
				check(v2("/", { ["cpu.max"] = "20000 10000" }), 2, "cgroup v2 cpu.max");
			end);

			it("are whole numbers of Lua where they are whole", function ()
				assert.equal("integer", math.type(ask(v2("/", { ["cpu.max"] = "200000 100000" })).cpus));
			end);

			it("are not limited by max", function ()
				check(v2("/", { ["cpu.max"] = "max 100000" }), 8, affinity);
			end);

			it("are not raised by a quota of more than there are", function ()
				check(v2("/", { ["cpu.max"] = "6400000 100000" }), 8, affinity);
			end);

			it("are limited by the group that the process is in", function ()
				check(v2("/system.slice/prosody.service", { ["system.slice/prosody.service/cpu.max"] = "150000 100000" }),
					1.5, "cgroup v2 cpu.max of /system.slice/prosody.service");
			end);

			it("are limited by the tightest of all levels", function ()
				local levels = { ["a/b/c/cpu.max"] = "400000 100000", ["a/b/cpu.max"] = "100000 100000", ["a/cpu.max"] = "200000 100000" };
				check(v2("/a/b/c", levels), 1, "cgroup v2 cpu.max of /a/b");
				levels["a/b/cpu.max"] = "max 100000";
				check(v2("/a/b/c", levels), 2, "cgroup v2 cpu.max of /a");
				levels["a/cpu.max"] = nil;
				check(v2("/a/b/c", levels), 4, "cgroup v2 cpu.max of /a/b/c");
				levels["cpu.max"] = "30000 100000";
				check(v2("/a/b/c", levels), 0.3, "cgroup v2 cpu.max");
			end);

			it("are not limited by groups that the process is not in", function ()
				check(v2("/a", { ["ab/cpu.max"] = "100000 100000", ["a/b/cpu.max"] = "100000 100000" }), 8, affinity);
			end);

			it("are found where the container sees its own group as the whole tree", function ()
				check(with(v2("/docker/0123", { ["cpu.max"] = "100000 100000" }), {
					["proc/self/mountinfo"] = mount_v2:gsub(" / /sys", " /docker/0123 /sys");
				}), 1, "cgroup v2 cpu.max");
			end);

			it("are found below that group", function ()
				check(with(v2("/docker/0123/inner", { ["inner/cpu.max"] = "100000 100000" }), {
					["proc/self/mountinfo"] = mount_v2:gsub(" / /sys", " /docker/0123 /sys");
				}), 1, "cgroup v2 cpu.max of /inner");
			end);

			it("never leave the tree by the group's path", function ()
				check(with(v2("/../../outside", { ["cpu.max"] = "100000 100000" }), {
					["sys/outside/cpu.max"] = "10000 100000\n";
					["outside/cpu.max"] = "10000 100000\n";
				}), 1, "cgroup v2 cpu.max");
			end);

			it("understand the escapes of mountinfo", function ()
				check(with(v2("/a\\x2db/c d", { ["c d/cpu.max"] = "100000 100000" }), {
					["proc/self/mountinfo"] = mount_v2:gsub(" / /sys", function () return " /a\\134x2db /sys" end);
				}), 1, "cgroup v2 cpu.max of /c d");
			end);

			it("are found in the usual place where mountinfo and the group are missing", function ()
				check(with(machine, { ["sys/fs/cgroup/cpu.max"] = "100000 100000\n" }), 1, "cgroup v2 cpu.max");
			end);

			it("are found where the hierarchy is mounted elsewhere", function ()
				check(with(machine, {
					["proc/self/mountinfo"] = mount_v2:gsub("/sys/fs/cgroup", "/dev/cgroup");
					["proc/self/cgroup"] = "0::/x\n";
					["dev/cgroup/x/cpu.max"] = "100000 100000\n";
					["sys/fs/cgroup/x/cpu.max"] = "50000 100000\n";
				}), 1, "cgroup v2 cpu.max of /x");
			end);

			for _, garbage in ipairs { "", "max", "100000", "x y", "-1 100000", "0 100000", "100000 0", "100000 -5", "100000 x",
				"1e5 100000", "99999999999999999999 100000", "\0\1", "50000 100000 1" } do
				it(("ignore a cpu.max of %q"):format(garbage), function ()
					check(v2("/", { ["cpu.max"] = garbage }), 8, affinity);
				end);
			end
		end);

		describe("with control groups of version 1", function ()
			it("are what the quota grants in its period", function ()
				check(v1("/", "/", { ["cpu,cpuacct/cpu.cfs_quota_us"] = "150000", ["cpu,cpuacct/cpu.cfs_period_us"] = "100000" }),
					1.5, "cgroup v1 cpu.cfs_quota_us");
			end);

			it("are not limited by a quota of -1", function ()
				check(v1("/", "/", { ["cpu,cpuacct/cpu.cfs_quota_us"] = "-1", ["cpu,cpuacct/cpu.cfs_period_us"] = "100000" }), 8, affinity);
			end);

			it("are limited by the tightest of all levels", function ()
				check(v1("/kubepods/pod7/c1", "/", {
					["cpu,cpuacct/kubepods/pod7/c1/cpu.cfs_quota_us"] = "200000",
					["cpu,cpuacct/kubepods/pod7/c1/cpu.cfs_period_us"] = "100000",
					["cpu,cpuacct/kubepods/pod7/cpu.cfs_quota_us"] = "50000",
					["cpu,cpuacct/kubepods/pod7/cpu.cfs_period_us"] = "50000",
					["cpu,cpuacct/kubepods/cpu.cfs_quota_us"] = "-1",
					["cpu,cpuacct/kubepods/cpu.cfs_period_us"] = "100000",
				}), 1, "cgroup v1 cpu.cfs_quota_us of /kubepods/pod7");
			end);

			it("are found where docker mounts the container's own group only", function ()
				check(with(v1("/docker/0123", "/", {
					["cpu,cpuacct/cpu.cfs_quota_us"] = "100000", ["cpu,cpuacct/cpu.cfs_period_us"] = "100000";
				}), { ["proc/self/mountinfo"] = mounts_v1:gsub(" / /sys", " /docker/0123 /sys") }), 1, "cgroup v1 cpu.cfs_quota_us");
			end);

			it("are found in the usual place where mountinfo and the group are missing", function ()
				for _, folder in ipairs { "cpu", "cpu,cpuacct" } do
					check(with(machine, {
						["sys/fs/cgroup/"..folder.."/cpu.cfs_quota_us"] = "100000\n";
						["sys/fs/cgroup/"..folder.."/cpu.cfs_period_us"] = "100000\n";
					}), 1, "cgroup v1 cpu.cfs_quota_us");
				end
			end);

			it("are not limited by a hierarchy that is not about processors", function ()
				check(v1("/", "/", { ["memory/cpu.cfs_quota_us"] = "1000", ["memory/cpu.cfs_period_us"] = "100000" }), 8, affinity);
			end);

			it("ignore garbage and a missing period", function ()
				check(v1("/", "/", { ["cpu,cpuacct/cpu.cfs_quota_us"] = "lots", ["cpu,cpuacct/cpu.cfs_period_us"] = "100000" }), 8, affinity);
				check(v1("/", "/", { ["cpu,cpuacct/cpu.cfs_quota_us"] = "1000" }), 8, affinity);
				check(v1("/", "/", { ["cpu,cpuacct/cpu.cfs_quota_us"] = "1000", ["cpu,cpuacct/cpu.cfs_period_us"] = "0" }), 8, affinity);
			end);
		end);

		it("are limited by the smaller of both versions where both are mounted", function ()
			local both = with(v1("/", "/", {
				["cpu,cpuacct/cpu.cfs_quota_us"] = "300000", ["cpu,cpuacct/cpu.cfs_period_us"] = "100000",
			}), {
				["proc/self/mountinfo"] = mounts_v1..mount_v2:gsub("/sys/fs/cgroup", "/sys/fs/cgroup/unified");
				["sys/fs/cgroup/unified/cpu.max"] = "200000 100000\n";
			});
			check(both, 2, "cgroup v2 cpu.max");
			check(with(both, { ["sys/fs/cgroup/unified/cpu.max"] = "400000 100000\n" }), 3, "cgroup v1 cpu.cfs_quota_us");
		end);
	end);

	describe("memory", function ()
		local function check(files, memory, how)
			local found = ask(files);
			assert.equal(memory, found.memory);
			assert.equal(how, found.how.memory);
		end

		local ram = "RAM (/proc/meminfo)";

		it("is the RAM without a limit, in whole bytes", function ()
			check(machine, 32 * GIB, ram);
			assert.equal("integer", math.type(ask(machine).memory));
		end);

		it("is what memory.max grants", function ()
			check(v2("/", { ["memory.max"] = "536870912" }), 512 * MIB, "cgroup v2 memory.max");
		end);

		it("is the RAM where memory.max is max or larger", function ()
			check(v2("/", { ["memory.max"] = "max" }), 32 * GIB, ram);
			check(v2("/", { ["memory.max"] = "68719476736" }), 32 * GIB, ram);
		end);

		it("is limited by the tightest of all levels", function ()
			check(v2("/system.slice/prosody.service", {
				["system.slice/prosody.service/memory.max"] = "max";
				["system.slice/memory.max"] = "1073741824";
			}), GIB, "cgroup v2 memory.max of /system.slice");
		end);

		it("is what memory.limit_in_bytes of version 1 grants, on any level", function ()
			check(v1("/", "/", { ["memory/memory.limit_in_bytes"] = "268435456" }), 256 * MIB, "cgroup v1 memory.limit_in_bytes");
			check(v1("/", "/lxc/one/prosody", {
				["memory/lxc/one/prosody/memory.limit_in_bytes"] = "9223372036854771712";
				["memory/lxc/one/memory.limit_in_bytes"] = "2147483648";
				["memory/lxc/memory.limit_in_bytes"] = "4294967296";
			}), 2 * GIB, "cgroup v1 memory.limit_in_bytes of /lxc/one");
		end);

		it("is found in version 1's usual place where mountinfo is missing", function ()
			check(with(machine, { ["sys/fs/cgroup/memory/memory.limit_in_bytes"] = "268435456\n" }),
				256 * MIB, "cgroup v1 memory.limit_in_bytes");
		end);

		it("takes version 1's largest figure for no limit, also where the RAM is unknown", function ()
			local files = v1("/", "/", { ["memory/memory.limit_in_bytes"] = "9223372036854771712" });
			check(files, 32 * GIB, ram);
			check(with(files, { ["proc/meminfo"] = false }), nil, "neither a control group nor /proc/meminfo tells");
		end);

		it("is the limit where the RAM is unknown", function ()
			check(with(v2("/", { ["memory.max"] = "536870912" }), { ["proc/meminfo"] = false }), 512 * MIB, "cgroup v2 memory.max");
		end);

		for _, garbage in ipairs { "", "unlimited", "-1", "0", "1.5", "512M", "99999999999999999999", "\0" } do
			it(("ignores a memory.max of %q"):format(garbage), function ()
				check(v2("/", { ["memory.max"] = garbage }), 32 * GIB, ram);
			end);
		end

		for _, garbage in ipairs { "", "MemTotal:\n", "MemTotal: x kB\n", "MemTotal: 5\n", "MemTotal: -5 kB\n",
			"MemTotal: 9223372036854775807 kB\n", "xMemTotal: 5 kB\n", "\0\0" } do
			it(("is nil where /proc/meminfo is %q"):format(garbage), function ()
				check(with(machine, { ["proc/meminfo"] = garbage }), nil, "neither a control group nor /proc/meminfo tells");
			end);
		end
	end);

	describe("tier", function ()
		local function check(cpus, mebibytes, tier, how)
			local found = ask(with(machine, {
				["proc/self/status"] = "Cpus_allowed_list:\t0-"..(cpus - 1).."\n";
				["proc/meminfo"] = mebibytes and ("MemTotal: %d kB\n"):format(mebibytes * 1024) or "";
			}));
			assert.equal(tier, found.tier);
			if how then
				assert.equal(how, found.how.tier);
			end
		end

		it("is the smaller of what processors and memory suggest", function ()
			check(8, 32768, "enterprise", "8 processors: enterprise, 32768 MiB of memory: enterprise");
			check(8, 512, "small", "8 processors: enterprise, 512 MiB of memory: small");
			check(1, 32768, "medium", "1 processor: medium, 32768 MiB of memory: enterprise");
			check(3, 4096, "large", "3 processors: large, 4096 MiB of memory: large");
		end);

		it("changes at the thresholds", function ()
			check(4, 14336, "enterprise");
			check(4, 14335, "large");
			check(3, 14336, "large");
			check(2, 3584, "large");
			check(2, 3583, "medium");
			check(1, 3584, "medium");
			check(1, 896, "medium");
			check(1, 895, "small");
		end);

		it("follows quota and limit, not the machine", function ()
			local found = ask(v2("/", { ["cpu.max"] = "50000 100000", ["memory.max"] = "2147483648" }));
			assert.equal("small", found.tier);
			assert.equal("0.5 processors: small, 2048 MiB of memory: medium", found.how.tier);
		end);

		it("is the smallest where the memory is unknown", function ()
			check(8, nil, "small", "8 processors: enterprise, unknown memory: small");
		end);
	end);

	describe("a system", function ()
		it("that is empty gives an answer of each kind all the same", function ()
			local found = ask({});
			assert.same({
				name = "production", platform = "none", container = "none", orchestrator = "none", cpus = 1, tier = "small";
				how = {
					name = "default";
					platform = "no trace of a container or of systemd";
					container = "no trace of a container";
					orchestrator = "no trace of an orchestrator";
					hostname = "neither /proc/sys/kernel/hostname nor /etc/hostname has one";
					cpus = "assumed, nothing tells";
					memory = "neither a control group nor /proc/meminfo tells";
					tier = "1 processor: medium, unknown memory: small";
				};
			}, found);
		end);

		it("whose folder does not exist gives the same", function ()
			local found = stackloader.environment { sysroot = support.folder().."/nowhere", variables = {} };
			assert.equal("none", found.platform);
			assert.is_nil(found.memory);
		end);

		it("whose files are all garbage gives answers without an error", function ()
			local bytes = {};
			for i = 1, 5000 do
				bytes[i] = string.char((i * 7919 + i // 13) % 256);
			end
			local garbage = table.concat(bytes);
			local files = {};
			for path in pairs(v1("/", "/", {})) do
				files[path] = garbage;
			end
			for _, path in ipairs { "run/systemd/container", "run/host/container-manager", "sys/fs/cgroup/cpu.max",
				"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes" } do
				files[path] = garbage;
			end
			local found = ask(files);
			assert.equal("none", found.platform);
			assert.equal(1, found.cpus);
			assert.is_nil(found.memory);
		end);

		it("is told without a look at the real one", function ()
			local found = stackloader.environment { sysroot = make_system(machine), variables = {} };
			assert.equal("xmpp1", found.hostname);
			assert.equal(32 * GIB, found.memory);
			assert.equal("none", found.container);
		end);

		it("may be named with slashes at the end", function ()
			local root = make_system(machine);
			assert.equal("xmpp1", stackloader.environment({ sysroot = root.."//", variables = {} }).hostname);
		end);
	end);

	describe("the real machine", function ()
		local function output_of(command)
			return (support.run(command):gsub("%s+$", ""));
		end

		it("gives sane answers, each with what decided it", function ()
			local found = stackloader.environment();
			for _, key in ipairs { "name", "platform", "container", "orchestrator", "hostname", "tier" } do
				assert.equal("string", type(found[key]), key);
				assert.not_equal("", found[key], key);
			end
			assert.is_true(found.cpus > 0 and found.cpus <= tonumber(output_of("nproc --all")));
			assert.equal("integer", math.type(found.memory));
			assert.is_true(found.memory > 4 * MIB);
			for _, key in ipairs { "name", "platform", "container", "orchestrator", "cpus", "memory", "tier", "hostname" } do
				assert.equal("string", type(found.how[key]), key);
				assert.not_equal("", found.how[key], key);
			end
		end);

		it("has the kernel's host name", function ()
			assert.equal(output_of("uname -n"), stackloader.environment().hostname);
		end);

		it("is what the root folder as sysroot gives", function ()
			assert.same(stackloader.environment(), stackloader.environment { sysroot = "/" });
		end);

		it("has no more processors than the affinity leaves", function ()
			local script = 'package.cpath = "'..support.build..'/?.so;"..package.cpath; print(require "stackloader".environment().cpus)';
			local cpus = tonumber(output_of("taskset -c 0 lua5.4 -e "..support.quote(script)));
			assert.is_true(cpus <= 1);
		end);

		it("answers an ordinary user as it answers root", function ()
			if output_of("id -u") ~= "0" then
				pending("only root can become another user");
				return;
			end
			local folder = support.folder();
			support.run("cp "..support.quote(support.build.."/stackloader.so").." "..support.quote(folder)
				.." && chmod -R a+rX "..support.quote(folder));
			local script = 'package.cpath = "'..folder..'/?.so"; local found = require "stackloader".environment(); '
				..'print(found.platform, found.container, found.orchestrator, found.hostname, found.how.platform)';
			local command = "lua5.4 -e "..support.quote(script);
			assert.equal(output_of(command), output_of("setpriv --reuid 65534 --regid 65534 --clear-groups "..command));
		end);

		it("takes the name from the process's environment", function ()
			local script = 'package.cpath = "'..support.build..'/?.so;"..package.cpath; '
				..'local found = require "stackloader".environment(); print(found.name, found.platform)';
			assert.equal("staging\tlxc", output_of("env -u PROSODY_ENVIRONMENT PROSODY_ENV=staging PROSODY_DEPLOYMENT_TYPE=lxc lua5.4 -e "
				..support.quote(script)));
		end);
	end);

	describe("arguments", function ()
		local function refuses(message, ...)
			local ok, err = pcall(stackloader.environment, ...);
			assert.is_false(ok);
			assert.equal("string", type(err));
			assert.is_truthy(err:find(message, 1, true), err);
			assert.is_truthy(err:find("bad argument #1", 1, true), err);
		end

		it("may be missing, nil or an empty table", function ()
			assert.equal("table", type(stackloader.environment(nil)));
			assert.equal("table", type(stackloader.environment {}));
		end);

		it("must be a table", function ()
			refuses("table expected, got string", "production");
			refuses("table expected, got number", 1);
			refuses("table expected, got boolean", false);
		end);

		it("with an unknown name are refused, naming it and those that exist", function ()
			refuses("unknown option 'sysrot', expected one of: environment, platform, sysroot, variables", { sysrot = "/" });
		end);

		it("without a name are refused", function ()
			refuses("options have names, found a number as a key", { "production" });
		end);

		it("of a wrong type are refused, naming option and type", function ()
			refuses("option 'sysroot' must be a string, not a number", { sysroot = 1 });
			refuses("option 'environment' must be a string, not a boolean", { environment = true });
			refuses("option 'platform' must be a string, not a table", { platform = {} });
			refuses("option 'variables' must be a table, not a string", { variables = "A=b" });
		end);

		it("that are no plain names are refused", function ()
			for _, name in ipairs { "", ".", "..", "a/b", "/etc", "a\nb", "a\127" } do
				refuses("option 'environment' must be a plain name", { environment = name });
				refuses("option 'platform' must be a plain name", { platform = name });
			end
		end);

		it("with a zero byte are refused", function ()
			refuses("option 'sysroot' holds a zero byte", { sysroot = "/\0x" });
			refuses("option 'variables': A holds a zero byte", { variables = { A = "b\0c" } });
		end);

		it("variables must map names to strings, and their values stay out of the message", function ()
			refuses("option 'variables' maps names to strings, found a number as a name", { variables = { "a" } });
			refuses("option 'variables': PORT must be a string, not a number", { variables = { PORT = 5222 } });
			local _, message = pcall(stackloader.environment, { variables = { PASSWORD = "hidden\0rest" } });
			assert.is_nil(message:find("hidden", 1, true));
		end);

		it("are read without their metamethods", function ()
			local options = setmetatable({ variables = setmetatable({}, { __index = error, __pairs = error }) },
				{ __index = error, __pairs = error });
			assert.equal("production", stackloader.environment(options).name);
		end);

		it("stay as they were", function ()
			local options = { sysroot = make_system(machine), variables = { PROSODY_ENV = "local" }, platform = "docker" };
			stackloader.environment(options);
			assert.same({ sysroot = options.sysroot, variables = { PROSODY_ENV = "local" }, platform = "docker" }, options);
		end);
	end);

	it("gives a table of the caller's own each time", function ()
		local first = stackloader.environment();
		first.name = "changed";
		first.how.name = "changed";
		assert.not_equal("changed", stackloader.environment().name);
		assert.not_equal("changed", stackloader.environment().how.name);
	end);

	it("leaves no file open", function ()
		local function open_files()
			local count = 0;
			for _ in lfs.dir("/proc/self/fd") do
				count = count + 1;
			end
			return count;
		end
		local before = open_files();
		for _ = 1, 50 do
			stackloader.environment();
		end
		assert.equal(before, open_files());
	end);
end);

describe("what /proc can say by chance", function ()
	teardown(support.clean);

	local function machine_with(files)
		return ask(with(machine, files));
	end

	it("is no control group of ours", function ()
		local limits = { ["sys/fs/cgroup/memory/g/memory.limit_in_bytes"] = "1073741824\n"; ["sys/fs/cgroup/cpu,cpuacct/g/cpu.shares"] = "1\n" };
		local files = with(v1("/g", "/g", {}), limits);
		assert.equal(GIB, ask(files).memory);
		files["proc/self/cgroup"] = "3:xmemory,memory:/g\n";
		assert.equal(GIB, ask(files).memory);
		files["proc/self/cgroup"] = "3:xmemory,memoryx:/g\n";
		assert.equal(32 * GIB, ask(files).memory);
		files = v2("/g", { ["g/memory.max"] = "1073741824" });
		files["proc/self/cgroup"] = "0:name:/other\n1::/other\n0::/g\n";
		assert.equal(GIB, ask(files).memory);
	end);

	it("is no mount that has the group", function ()
		local files = v2("/abc", { ["memory.max"] = "1073741824", ["c/memory.max"] = "1048576" });
		files["proc/self/mountinfo"] = mount_v2:gsub(" / /sys", " /ab /sys");
		assert.equal(GIB, ask(files).memory);
		files["proc/self/mountinfo"] = "31 23 0:28 / /sys/fs/cgroup rw - cgroup2\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2\n";
		assert.equal(GIB, ask(files).memory);   -- as where no mount is to be seen
		files = v2("/", { ["memory.max"] = "1073741824" });
		for _, odd in ipairs { "\\9", "\\/", "\\0", "\\04", "\\049", "\\08x", "\\0/x" } do
			files["proc/self/mountinfo"] = "9 9 0:1 / /mnt/"..odd.." rw - tmpfs tmpfs rw\n"..mount_v2;
			assert.equal(GIB, ask(files).memory);
		end
	end);

	it("is no amount of memory", function ()
		assert.equal(0, machine_with { ["proc/meminfo"] = "MemTotal: 33554432 kBit\n" }.memory or 0);
		assert.equal(0, machine_with { ["proc/meminfo"] = "MemTotal: 33554432\n" }.memory or 0);
	end);

	it("is no name of a host", function ()
		for _, odd in ipairs { "xmpp\127", ("x"):rep(256), "(none)", "two words" } do
			assert.equal("from-the-file", machine_with { ["proc/sys/kernel/hostname"] = odd.."\n" }.hostname);
		end
	end);

	it("is a container of WSL by the shorter name, too, and none by a hidden one", function ()
		assert.equal("wsl", machine_with { ["proc/sys/kernel/osrelease"] = "5.10.16.3-WSL2-custom\n" }.container);
		assert.equal("none", ask(machine, { variables = { container = ".docker" } }).container);
	end);

	it("stands in messages without control characters", function ()
		local good, message = pcall(ask, machine, { variables = { PROSODY_ENV = "a/\127\27b" } });
		assert.is_false(good);
		support.has(message, 'PROSODY_ENV is "a/??b"');
	end);
end);
