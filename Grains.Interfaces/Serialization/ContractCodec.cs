using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Loupe.Grains.Serialization;

/// <summary>
/// The contract's records on their way between grains. They are immutable, so within a process they are passed as they are;
/// between processes they are the JSON of <see cref="WireJson"/>, behind their type.
/// </summary>
internal sealed class ContractCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    private static readonly Type Self = typeof(ContractCodec);

    public bool IsSupportedType(Type type) => type == Self || TypeOf(type) is not null;

    public bool? IsTypeAllowed(Type type) => IsSupportedType(type) ? true : null;

    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value))
        {
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType, Self, WireType.TagDelimited);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(0, WireType.LengthPrefixed);
        writer.Session.TypeCodec.WriteLengthPrefixed(ref writer, value!.GetType());
        var json = JsonSerializer.SerializeToUtf8Bytes(value, TypeOf(value.GetType())!);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(1, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)json.Length);
        writer.Write(json);
        writer.WriteEndObject();
    }

    public object? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference)
        {
            return ReferenceCodec.ReadReference(ref reader, field.FieldType ?? typeof(object));
        }

        field.EnsureWireTypeTagDelimited();
        var place = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        Type? type = null;
        object? value = null;
        uint id = 0;
        while (true)
        {
            var header = reader.ReadFieldHeader();
            if (header.IsEndBaseOrEndObject)
            {
                break;
            }

            id += header.FieldIdDelta;
            ReferenceCodec.MarkValueField(reader.Session);
            switch (id)
            {
                case 0:
                    type = reader.Session.TypeCodec.ReadLengthPrefixed(ref reader);
                    break;
                case 1 when type is not null && TypeOf(type) is { } known:
                    value = JsonSerializer.Deserialize(reader.ReadBytes(reader.ReadVarUInt32()), known);
                    break;
                default:
                    reader.ConsumeUnknownField(header);
                    break;
            }
        }

        ReferenceCodec.RecordObject(reader.Session, value, place);
        return value;
    }

    private static JsonTypeInfo? TypeOf(Type type) =>
        type.Assembly == typeof(Question).Assembly ? WireJson.Default.GetTypeInfo(type) : null;
}
