// T5's vocabularies and their use. An input starts with a choice: 's' and a raw spiece.model, 'p' and one without
// T5's three special pieces, which are put in front, or 'j' and a tokenizer.json, in which EXTRAS stands for the
// hundred pieces that there must be. What is read tokenizes the input itself.
#include "inference/text/t5_vocabulary.h"
#include "tests/fuzz/read_everything.h"

namespace {

constexpr std::string_view specials(
    "\x0a\x09\x0a\x05<pad>\x18\x03\x0a\x08\x0a\x04</s>\x18\x03\x0a\x09\x0a\x05<unk>\x18\x02");

std::string extras()
{
    std::string pieces;
    for (int n = 100; n-- > 0;)
        pieces += "[\"<extra_id_" + std::to_string(n) + ">\",0]" + (n ? "," : "");
    return pieces;
}

athanor::T5Tokenizer read(char choice, std::string_view bytes)
{
    if (choice == 'j') {
        std::string text(bytes);
        if (const size_t at = text.find("EXTRAS"); at != text.npos)
            text.replace(at, 6, extras());
        return athanor::readT5Json("input", text);
    }
    const std::string file = std::string(choice == 'p' ? specials : std::string_view()) + std::string(bytes);
    return athanor::readSentencePieces("input", std::as_bytes(std::span(file)));
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    try {
        const athanor::T5Tokenizer tokenizer = read(input[0], input.substr(1));
        for (const std::string_view text : {input.substr(1), input.substr(size / 2)})
            for (const int32_t id : athanor::tokenize(tokenizer, text))
                athanor::require(id >= 0 && id < tokenizer.vocabularySize);
    } catch (const athanor::Error& error) {
        athanor::require(error.kind == athanor::ErrorKind::BadFile
            && std::string_view(error.what()).find('\n') == std::string_view::npos);
        __asan_handle_no_return(); // as readAsModel
    }
    return 0;
}
