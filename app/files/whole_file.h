// Files written as a whole or not at all: synced to the disk, read again, and only then under their name.
#pragma once
#include <string>
#include <string_view>

namespace athanor {

// A temporary file beside `path` is written and renamed over it, and the folder is synced. A link is followed; a file
// without write permission is left as it is, and so is what is no regular file: a FIFO, a device. Throws
// Error(CannotWrite) with the path and the system's reason.
void writeWhole(const std::string& path, std::string_view bytes);
// Throws what writeWhole would throw if the file cannot be made there; nothing is changed.
void requireWritable(const std::string& path);
// Throws Error(CannotWrite) if no files can be made in the folder, or it cannot be made; nothing is changed.
void requireWritableFolder(const std::string& path);
// As writeWhole, with its folder; for what saves time only: where it cannot be written, nothing happens.
void keepSmallFile(const std::string& path, std::string_view bytes);

// How the names of files begin that are being written: ".athanor-", this process's number, "-".
std::string draftPrefix();
// Holds an open file of such a name, as long as it is open, against removeDrafts. False: that was quicker, and removed
// it.
bool holdDraft(int file);
// Removes from the folder what processes that were killed left half written: files of such names that nobody holds, of
// processes that are not there any more.
void removeDrafts(const std::string& folder);

// Writes all to an open file, syncs it, and reads it again. 0, or the system's number of what went wrong: EIO where the
// disk does not give back what was written.
int writeAndCheck(int file, std::string_view bytes);
// The system's reason, where the disk is full with how much is needed and how much is free. `path`: of the file.
std::string writeProblem(int reason, const std::string& path, size_t bytes);

}
