#include "inference/run/run_host.h"

#include "render/error.h"

namespace athanor {

std::string RunHost::findNetwork(std::string_view name)
{
    for (const std::string& place : {networksFolder + ('/' + std::string(name)), std::string(name)})
        try {
            return resolve(FileKind::Model, place);
        } catch (const Error& error) {
            if (error.kind != ErrorKind::FileMissing)
                throw;
        }
    return {};
}

}
