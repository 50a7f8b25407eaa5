// What every command that runs a workflow wants of its host.
#pragma once
#include "app/engine/run_host.h"
#include "app/files/folders.h"
#include "app/files/interrupt.h"

namespace athanor {

// arguments: with the members device, precision, modelFolders and previewFolder. interrupt outlives the host.
template <class Arguments> HostOptions commandHost(const Arguments& arguments, Interrupt& interrupt)
{
    HostOptions options;
    options.cacheFolder = cacheFolder();
    options.gpu = {.device = arguments.device, .cacheFolder = options.cacheFolder};
    options.precision = arguments.precision;
    options.modelFolders = modelFolders(arguments.modelFolders);
    options.writing = [&interrupt] { return interrupt.writing(); };
    if (!arguments.previewFolder.empty())
        options.wantedPreview = [](int, int) { return PreviewMode::Latent; };
    return options;
}

}
