#include "inference/weights/code_carriers.h"

#include <algorithm>
#include <span>
#include <string>

namespace athanor {

using namespace std::string_view_literals;

namespace {

// Whole packages with nothing in them that belongs into a model file.
constexpr std::string_view packages[] = {
    "_pickle",
    "_posixsubprocess",
    "_thread",
    "aiohttp",
    "asyncio",
    "bdb",
    "cProfile",
    "cloudpickle",
    "code",
    "codeop",
    "commands",
    "concurrent",
    "ctypes",
    "dill",
    "distutils",
    "doctest",
    "ensurepip",
    "ftplib",
    "http",
    "httplib",
    "idlelib",
    "imp",
    "importlib",
    "inspect",
    "joblib",
    "marshal",
    "mmap",
    "multiprocessing",
    "nt",
    "operator",
    "_operator",
    "os",
    "pdb",
    "pickle",
    "pip",
    "pkgutil",
    "platform",
    "popen2",
    "posix",
    "profile",
    "pty",
    "pydoc",
    "requests",
    "runpy",
    "setuptools",
    "shelve",
    "shutil",
    "signal",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "telnetlib",
    "threading",
    "timeit",
    "trace",
    "types",
    "urllib",
    "urllib2",
    "urllib3",
    "venv",
    "webbrowser",
    "zipimport",
};

// Parts of packages that otherwise leave harmless things in checkpoints.
constexpr std::string_view places[] = {
    "functools.reduce",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.load",
    "numpy.testing",
    "torch._dynamo",
    "torch._inductor",
    "torch.fx",
    "torch.hub",
    "torch.jit",
    "torch.load",
    "torch.package",
    "torch.storage._load_from_bytes",
    "torch.utils.cpp_extension",
};

// The built-in types; every other built-in (eval, exec, getattr, open, __import__ …) is refused.
constexpr std::string_view plainBuiltins[] = {
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "long",
    "object",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
    "unicode",
    "xrange",
};

// What leads to code wherever it stands behind another module's name: pickles of protocol 4 name "os.system" of
// "torch".
constexpr std::string_view anywhere[] = {"__builtin__", "__builtins__", "builtins", "_posixsubprocess", "commands",
    "ctypes", "importlib", "marshal", "nt", "os", "pickle", "posix", "pty", "runpy", "shutil", "socket", "subprocess",
    "sys", "__import__", "breakpoint", "compile", "eval", "exec", "getattr", "setattr"};

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

// Whether one of the names between dots leads to code: of a module all but the first, which is judged by itself; of
// what it has also what Python keeps inside objects ("__globals__").
bool reachesCode(std::string_view path, bool isModule)
{
    const bool dotted = path.find('.') != path.npos;
    for (bool first = true; !path.empty(); first = false) {
        const std::string_view part = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (first && isModule)
            continue;
        if (contains(anywhere, part) || (dotted && !isModule && part.starts_with("__") && part.ends_with("__")))
            return true;
    }
    return false;
}

}

bool carriesCode(std::string_view module, std::string_view name)
{
    if (reachesCode(module, true) || reachesCode(name, false))
        return true;
    if (module == "builtins" || module == "__builtin__")
        return !contains(plainBuiltins, name);
    if (contains(packages, module.substr(0, module.find('.'))))
        return true;
    const std::string whole = std::string(module) + "." + std::string(name);
    return std::ranges::any_of(places, [&](std::string_view place) {
        return whole == place || (whole.starts_with(place) && whole[place.size()] == '.');
    });
}

}
