#include "render/error.h"

#include <new>
#include <system_error>

namespace athanor {

Error asError(const std::exception_ptr& caught)
{
    try {
        std::rethrow_exception(caught);
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return {ErrorKind::OutOfMemory, "not enough memory"};
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again) // what std::thread says
            return {ErrorKind::OutOfMemory,
                "cannot start another thread; end other programs or raise the limit (ulimit -u)"};
        return {ErrorKind::Internal, std::string("internal error: ") + error.what()};
    } catch (const std::exception& error) {
        return {ErrorKind::Internal, std::string("internal error: ") + error.what()};
    } catch (...) {
        return {ErrorKind::Internal, "internal error"};
    }
}

}
