// Writes a file that was not there before, below one folder and nowhere else.
#pragma once
#include <string>
#include <string_view>

namespace athanor {

struct NewFile {
    std::string folder; // made where it is missing
    std::string name; // below it: parts joined by /, without ending; folders are made; may hold counterMark
    std::string ending; // ".png"
    int number = 1; // to begin with: 1 is the name alone, 2 is name-2, …; with counterMark as that is told
};

struct WrittenFile {
    std::string path;
    int number = 1;
};

// Takes the first number that is free; where the name holds counterMark, one above the largest that stands there in a
// file of the same name with any ending. The file appears as a whole, synced to the disk, or not at all, and never in
// place of another; no link below the folder is followed. Throws Error(CannotWrite) with the path and the reason.
WrittenFile writeNewFile(const NewFile& file, std::string_view bytes);
// Throws what writeNewFile would throw where no file at all can be made there. Leaves nothing behind.
void requireNewFile(const NewFile& file);

}
