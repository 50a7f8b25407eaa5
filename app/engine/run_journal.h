// Which files an output of a workflow wrote, kept in the cache folder so that a later run, in another process too, need
// not write them again.
#pragma once
#include <string>
#include <vector>

namespace athanor {

struct RunJournal {
    std::string cacheFolder; // empty: nothing is kept
    std::string outFolder; // which all paths begin with; in another folder files are written anew

    // The paths, in order, if every file is still as it was written; else none.
    std::vector<std::string> find(const std::string& fingerprint) const;
    // Not being able to keep it costs time, nothing else.
    void remember(const std::string& fingerprint, const std::vector<std::string>& paths) const;
};

}
