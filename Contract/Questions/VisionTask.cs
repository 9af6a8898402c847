using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>What a question asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VisionTask>))]
public enum VisionTask
{
    /// <summary>Text in answer to a text, about 0–8 regions.</summary>
    [JsonStringEnumMemberName("answer")] Answer,

    /// <summary>Text about the regions, or the whole image.</summary>
    [JsonStringEnumMemberName("caption")] Caption,

    /// <summary>The region that a referring expression means.</summary>
    [JsonStringEnumMemberName("locate")] Locate,

    /// <summary>The mask of a region or of a referring expression.</summary>
    [JsonStringEnumMemberName("segment")] Segment,

    /// <summary>Box, score and text for everything found (dense captioning).</summary>
    [JsonStringEnumMemberName("detect")] Detect,

    /// <summary>Text of the whole image, every word with its place.</summary>
    [JsonStringEnumMemberName("narrate")] Narrate,

    /// <summary>The text in the picture or in regions of it, line by line, with its place.</summary>
    [JsonStringEnumMemberName("read")] Read,
}

/// <summary>The contract's names of tasks.</summary>
public static class VisionTasks
{
    private static readonly string[] Names = [.. Enum.GetValues<VisionTask>().Select(task => task.ToString().ToLowerInvariant())];

    extension(VisionTask task)
    {
        /// <summary>As in JSON, metrics and texts.</summary>
        public string Name => Names[(int)task];
    }
}

/// <summary>Which questions go first when there is a queue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority
{
    /// <summary>Somebody waits for it; before all bulk work.</summary>
    [JsonStringEnumMemberName("interactive")] Interactive,

    /// <summary>A pipeline's work, which fills what interactive questions leave.</summary>
    [JsonStringEnumMemberName("bulk")] Bulk,
}

/// <summary>Why an answer ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Finish>))]
public enum Finish
{
    /// <summary>The model said all it wanted to say.</summary>
    [JsonStringEnumMemberName("stop")] Stop,

    /// <summary>The limit on words was reached first.</summary>
    [JsonStringEnumMemberName("length")] Length,
}
