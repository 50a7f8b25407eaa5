// The program as a running workflow sees it: the device, the folders of models and pictures, and where pictures go.
#pragma once
#include "app/engine/run_journal.h"
#include "inference/run/run_host.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

struct HostOptions {
    GpuOptions gpu;
    std::optional<DType> precision; // absent: fp16 where the device stores it
    std::string cacheFolder; // empty: nothing is kept for another process
    std::vector<std::string> modelFolders; // where names of models that are no path of their own are looked for
    std::string outFolder = "."; // for pictures, under the names that the workflow gives them
    std::string outFile; // if not empty: x.webp, x-2.webp, …, which replace what is there, in place of the above
    std::function<void(const std::string&)> onNote; // for people; may be empty
    std::function<std::unique_lock<std::timed_mutex>()> writing; // held while a file is written; may be empty
    std::function<PreviewMode(int done, int total)> wantedPreview; // of each step; may be empty: none
};

class AppRunHost : public RunHost {
public:
    explicit AppRunHost(HostOptions options);

    Gpu& gpu() override;
    DType precision() override;
    ModelCache& models() override { return m_models; }
    std::string resolve(FileKind kind, const std::string& name) override;
    std::string modelsFolder() override;
    std::string stamp(const std::string& path) override;
    std::string modelHash(const std::string& path, std::stop_token stop) override;
    ReadImage readImage(const std::string& path) override;
    std::optional<PictureSize> pictureSize(const std::string& path) override;
    void requireSaveable(const std::optional<std::string>& name) override;
    std::string saveImage(const SaveImage& save) override;
    PreviewMode wantedPreview(int done, int total) override;
    void begin(const RunRequest& run) override;
    std::string environment() override;
    std::vector<std::string> savedBefore(const std::string& fingerprint) override;
    void rememberSaved(const std::string& fingerprint, const std::vector<std::string>& paths) override;

    Gpu* gpuInUse() { return m_gpu.get(); } // null: none yet

private:
    std::string saveReplacing(const SaveImage& save);
    std::string insideFolders(FileKind kind, const std::string& name) const;
    const std::vector<std::string>& folders(FileKind kind) const;
    void removeDraftsOnce(const std::string& folder);
    std::string encoded(const SaveImage& save, const PictureEncoding& encoding) const;

    const HostOptions m_options;
    RunJournal m_journal;
    std::unique_ptr<Gpu> m_gpu;
    ModelCache m_models; // after the device, which must outlive it
    OpenFiles m_files; // of the run in progress, as the next two
    std::string m_nameSuffix, m_workflow; // as pictures carry it
    int m_replaced = 0; // pictures written to outFile so far
    std::set<std::string> m_tidied; // folders without drafts of earlier processes
    std::map<std::string, int> m_lastNumbers; // by name, of the files written so far
};

// The graph as pictures carry it: paths that could tell of this machine become names alone.
Graph portable(Graph graph);

}
